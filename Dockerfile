# One stage, for running. The data lives in the volume; the image holds only the program.
FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 CRM_HOME=/var/lib/crm CRM_HOST=0.0.0.0
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --disable-pip-version-check -r requirements.txt
COPY app.py ./
COPY .streamlit/config.toml .streamlit/config.toml
COPY pages pages
COPY static static
COPY crm_core crm_core
COPY data/*.csv data/README.md data/
RUN useradd --system --home /var/lib/crm crm && mkdir -p /var/lib/crm && chown crm /var/lib/crm
USER crm
VOLUME /var/lib/crm
EXPOSE 8501
CMD ["python", "-m", "crm_core", "serve"]
