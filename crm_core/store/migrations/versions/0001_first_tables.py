"""first tables

Revision: 0001, after
"""

import sqlalchemy as sa
from alembic import op

import crm_core.store.tables.declarative

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audiences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("created_at", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audiences")),
        sa.UniqueConstraint("name", name=op.f("uq_audiences_name")),
    )
    op.create_table(
        "audit_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=False),
        sa.Column("user_name", sa.String(length=120), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
    )
    with op.batch_alter_table("audit_log", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_log_at"), ["at"], unique=False)

    op.create_table(
        "campaigns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("subject", sa.String(length=250), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("control_share", sa.Double(), nullable=False),
        sa.Column("window_days", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(length=40), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("cost_cents", sa.BigInteger(), nullable=False),
        sa.Column("exclusions", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("created_at", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=False),
        sa.Column("edited_at", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=False),
        sa.Column("tested_at", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=True),
        sa.Column("not_before", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=True),
        sa.Column("started_at", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=True),
        sa.Column("started_by", sa.String(length=120), nullable=True),
        sa.Column("finished_at", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(length=250), nullable=True),
        sa.Column("as_of_day", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
    )
    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campaigns_status"), ["status"], unique=False)

    op.create_table(
        "data_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_state")),
    )
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("imported_at", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.String(length=120), nullable=False),
        sa.Column("undone_at", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=120), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=60), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("ledger_file", sa.String(length=255), nullable=True),
        sa.Column("superseded_file", sa.String(length=255), nullable=True),
        sa.Column("first_day", sa.Integer(), nullable=True),
        sa.Column("last_day", sa.Integer(), nullable=True),
        sa.Column("builds_on", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    with op.batch_alter_table("imports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_imports_sha256"), ["sha256"], unique=False)

    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("until", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "preferences",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_preferences")),
    )
    op.create_table(
        "remembered_mappings",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("header_hash", sa.String(length=64), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("used_at", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "header_hash", name=op.f("pk_remembered_mappings")),
    )
    op.create_table(
        "suppressions",
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("at", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("lifted_at", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.String(length=120), nullable=True),
        sa.PrimaryKeyConstraint("address_hash", name=op.f("pk_suppressions")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("display_name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("created_at", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_sign_in_at", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=True),
        sa.Column("failed_attempts", sa.Integer(), nullable=False),
        sa.Column("locked_until", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("name", name=op.f("uq_users_name")),
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.String(length=120), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("at", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("wording", sa.Text(), nullable=True),
        sa.Column("ip", sa.String(length=45), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("recorded_by", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_consents_campaign_id")),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_consents_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consents_import_id"), ["import_id"], unique=False)
        batch_op.create_index("ix_consents_latest", ["customer_id", "purpose", "id"], unique=False)

    op.create_table(
        "customers",
        sa.Column("customer_id", sa.String(length=120), nullable=False),
        sa.Column("first_name", sa.String(), nullable=True),
        sa.Column("last_name", sa.String(), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("email_normalised", sa.String(length=320), nullable=True),
        sa.Column("phone", sa.String(length=60), nullable=True),
        sa.Column("birthday", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=20), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("region", sa.String(length=120), nullable=True),
        sa.Column("city", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("postal_code", sa.String(length=40), nullable=True),
        sa.Column("company", sa.String(), nullable=True),
        sa.Column("party_type", sa.String(length=40), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("preferred_medium", sa.String(length=40), nullable=True),
        sa.Column("manager", sa.String(), nullable=True),
        sa.Column("club_member", sa.Boolean(), nullable=True),
        sa.Column("interests", sa.String(), nullable=True),
        sa.Column("services_needed", sa.String(), nullable=True),
        sa.Column("readiness_to_buy", sa.String(), nullable=True),
        sa.Column("created", sa.Integer(), nullable=True),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("created_import_id", sa.Integer(), nullable=True),
        sa.Column("updated_import_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_import_id"], ["imports.id"], name=op.f("fk_customers_created_import_id")),
        sa.ForeignKeyConstraint(["updated_import_id"], ["imports.id"], name=op.f("fk_customers_updated_import_id")),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_customers")),
    )
    with op.batch_alter_table("customers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_customers_created_import_id"), ["created_import_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_customers_email_normalised"), ["email_normalised"], unique=False)
        batch_op.create_index(batch_op.f("ix_customers_region"), ["region"], unique=False)
        batch_op.create_index(batch_op.f("ix_customers_updated_import_id"), ["updated_import_id"], unique=False)

    op.create_table(
        "interactions",
        sa.Column("interaction_id", sa.String(length=120), nullable=False),
        sa.Column("customer_id", sa.String(length=120), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("interaction", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("user", sa.String(), nullable=True),
        sa.Column("created_import_id", sa.Integer(), nullable=True),
        sa.Column("updated_import_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_import_id"], ["imports.id"], name=op.f("fk_interactions_created_import_id")),
        sa.ForeignKeyConstraint(["updated_import_id"], ["imports.id"], name=op.f("fk_interactions_updated_import_id")),
        sa.PrimaryKeyConstraint("interaction_id", name=op.f("pk_interactions")),
    )
    with op.batch_alter_table("interactions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_interactions_created_import_id"), ["created_import_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_interactions_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_interactions_updated_import_id"), ["updated_import_id"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("address_normalised", sa.String(length=320), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=True),
        sa.Column("lease_until", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=True),
        sa.Column("not_before", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=False),
        sa.Column("smtp_code", sa.Integer(), nullable=True),
        sa.Column("settled_at", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.String(length=200), nullable=True),
        sa.Column("link_hash", sa.String(length=64), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_outbox_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("campaign_id", "address_normalised", name=op.f("uq_outbox_campaign_id_address_normalised")),
        sa.UniqueConstraint("campaign_id", "customer_id", name=op.f("uq_outbox_campaign_id_customer_id")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_outbox_link_hash")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_address", ["address_normalised"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index("ix_outbox_ready", ["status", "not_before", "id"], unique=False)
        batch_op.create_index("ix_outbox_recent", ["settled_at"], unique=False)

    op.create_table(
        "products",
        sa.Column("product_id", sa.String(length=120), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("brand", sa.String(), nullable=True),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("cost_cents", sa.BigInteger(), nullable=True),
        sa.Column("list_price_cents", sa.BigInteger(), nullable=True),
        sa.Column("supplier", sa.String(), nullable=True),
        sa.Column("created_import_id", sa.Integer(), nullable=True),
        sa.Column("updated_import_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_import_id"], ["imports.id"], name=op.f("fk_products_created_import_id")),
        sa.ForeignKeyConstraint(["updated_import_id"], ["imports.id"], name=op.f("fk_products_updated_import_id")),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_products")),
    )
    with op.batch_alter_table("products", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_products_created_import_id"), ["created_import_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_products_updated_import_id"), ["updated_import_id"], unique=False)

    op.create_table(
        "responses",
        sa.Column("response_id", sa.String(length=120), nullable=False),
        sa.Column("customer_id", sa.String(length=120), nullable=True),
        sa.Column("survey", sa.String(length=120), nullable=True),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=True),
        sa.Column("created_import_id", sa.Integer(), nullable=True),
        sa.Column("updated_import_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_import_id"], ["imports.id"], name=op.f("fk_responses_created_import_id")),
        sa.ForeignKeyConstraint(["updated_import_id"], ["imports.id"], name=op.f("fk_responses_updated_import_id")),
        sa.PrimaryKeyConstraint("response_id", name=op.f("pk_responses")),
    )
    with op.batch_alter_table("responses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_responses_created_import_id"), ["created_import_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_responses_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_responses_day"), ["day"], unique=False)
        batch_op.create_index(batch_op.f("ix_responses_updated_import_id"), ["updated_import_id"], unique=False)

    op.create_table(
        "rows_before",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=250), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_rows_before_import_id")),
        sa.PrimaryKeyConstraint("import_id", "table_name", "key", name=op.f("pk_rows_before")),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=True),
        sa.Column("client", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_user_id"), ["user_id"], unique=False)

    op.create_table(
        "sign_in_links",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("created_at", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sign_in_links_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in_links")),
    )
    op.create_table(
        "answers",
        sa.Column("response_id", sa.String(length=120), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["response_id"], ["responses.response_id"], name=op.f("fk_answers_response_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("response_id", "code", name=op.f("pk_answers")),
    )
    op.create_table(
        "campaign_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outbox_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outbox_id"], ["outbox.id"], name=op.f("fk_campaign_events_outbox_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_events")),
    )
    with op.batch_alter_table("campaign_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campaign_events_outbox_id"), ["outbox_id"], unique=False)

    op.create_table(
        "simulated_mails",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outbox_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("message", sa.LargeBinary(), nullable=False),
        sa.Column("at", crm_core.store.tables.declarative.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_simulated_mails_campaign_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["outbox_id"], ["outbox.id"], name=op.f("fk_simulated_mails_outbox_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_simulated_mails")),
        sa.UniqueConstraint("outbox_id", name=op.f("uq_simulated_mails_outbox_id")),
    )
    with op.batch_alter_table("simulated_mails", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_simulated_mails_campaign_id"), ["campaign_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("simulated_mails", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_simulated_mails_campaign_id"))

    op.drop_table("simulated_mails")
    with op.batch_alter_table("campaign_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_events_outbox_id"))

    op.drop_table("campaign_events")
    op.drop_table("answers")
    op.drop_table("sign_in_links")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sessions_user_id"))

    op.drop_table("sessions")
    op.drop_table("rows_before")
    with op.batch_alter_table("responses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_responses_updated_import_id"))
        batch_op.drop_index(batch_op.f("ix_responses_day"))
        batch_op.drop_index(batch_op.f("ix_responses_customer_id"))
        batch_op.drop_index(batch_op.f("ix_responses_created_import_id"))

    op.drop_table("responses")
    with op.batch_alter_table("products", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_products_updated_import_id"))
        batch_op.drop_index(batch_op.f("ix_products_created_import_id"))

    op.drop_table("products")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_recent")
        batch_op.drop_index("ix_outbox_ready")
        batch_op.drop_index(batch_op.f("ix_outbox_customer_id"))
        batch_op.drop_index("ix_outbox_address")

    op.drop_table("outbox")
    with op.batch_alter_table("interactions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_interactions_updated_import_id"))
        batch_op.drop_index(batch_op.f("ix_interactions_customer_id"))
        batch_op.drop_index(batch_op.f("ix_interactions_created_import_id"))

    op.drop_table("interactions")
    with op.batch_alter_table("customers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_customers_updated_import_id"))
        batch_op.drop_index(batch_op.f("ix_customers_region"))
        batch_op.drop_index(batch_op.f("ix_customers_email_normalised"))
        batch_op.drop_index(batch_op.f("ix_customers_created_import_id"))

    op.drop_table("customers")
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.drop_index("ix_consents_latest")
        batch_op.drop_index(batch_op.f("ix_consents_import_id"))

    op.drop_table("consents")
    op.drop_table("users")
    op.drop_table("suppressions")
    op.drop_table("remembered_mappings")
    op.drop_table("preferences")
    op.drop_table("leases")
    with op.batch_alter_table("imports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_imports_sha256"))

    op.drop_table("imports")
    op.drop_table("data_state")
    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaigns_status"))

    op.drop_table("campaigns")
    with op.batch_alter_table("audit_log", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_log_at"))

    op.drop_table("audit_log")
    op.drop_table("audiences")
