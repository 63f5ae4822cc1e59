"""``python -m crm_core``: the command line."""

import sys

from crm_core.cli import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
