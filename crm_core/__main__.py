"""``python -m crm_core``: the command line."""

from crm_core.cli import main

if __name__ == "__main__":
    main()
