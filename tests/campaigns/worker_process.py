"""Workers in processes of their own, to be killed: python worker_process.py HOME DATABASE_URL.

Starts one for each line of its input, by a fork, which takes milliseconds where a new
interpreter takes seconds; writes its process id, and a line when it has ended.
"""

import os
import sys

from crm_core.campaigns.worker import Worker
from crm_core.settings import Settings
from crm_core.signing import Key
from crm_core.store.engine import Database
from crm_core.store.installation import Installation


def main(home: str, url: str) -> None:
    settings = Settings.from_environ({"CRM_HOME": home, "CRM_DATABASE_URL": url})
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            installation = Installation(settings, Key.from_home(settings.home), Database(url, settings.home))
            Worker(installation, lease_seconds=0.5, idle_seconds=0.05, batch=10).run()
            os._exit(0)
        print(child, flush=True)  # noqa: T201 - the test reads it
        os.waitpid(child, 0)
        print("ended", flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
