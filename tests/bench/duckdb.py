"""DuckDB beside our tools: its Node package, put by npm into a folder of the user's cache and kept there."""
import json
import os
import shutil
import subprocess
import tempfile

PACKAGE = "@duckdb/node-api@1.5.6-r.1"


class DuckDb:
    """Timed like measure.Run: wall and cpu, in seconds, of a query without the start of the program."""

    def __init__(self):
        cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        self.folder = os.path.join(cache, "weir-bench", PACKAGE.replace("/", "-"))
        self.missing = self._install()
        if not self.missing:
            shutil.copy(os.path.join(os.path.dirname(os.path.abspath(__file__)), "duckdb.mjs"), self.folder)

    def _install(self):
        """Why it cannot be had; empty when it is there."""
        if os.path.isdir(self.folder):
            return ""
        for program in ("node", "npm"):
            if not shutil.which(program):
                return program + " is not installed"
        os.makedirs(os.path.dirname(self.folder), exist_ok=True)
        # Moved into its place whole, so that a run that was cut short leaves nothing that looks installed.
        with tempfile.TemporaryDirectory(dir=os.path.dirname(self.folder)) as place:
            made = os.path.join(place, "made")
            os.mkdir(made)
            try:
                ran = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--prefix", made, PACKAGE], text=True,
                                     stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=300, check=False)
            except subprocess.TimeoutExpired:
                return "npm install %s took over 5 minutes" % PACKAGE
            if ran.returncode != 0:
                return "npm install %s failed: %s" % (PACKAGE, (ran.stderr.strip().splitlines() or ["?"])[-1])
            os.rename(made, self.folder)
        return ""

    def run(self, sql):
        ran = subprocess.run(["node", os.path.join(self.folder, "duckdb.mjs"), sql], text=True, check=False,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.folder)
        if ran.returncode != 0:
            raise RuntimeError("duckdb: " + ran.stderr.strip())
        return Query(**json.loads(ran.stdout))


class Query:
    def __init__(self, wall, cpu):
        self.wall, self.cpu = wall, cpu
