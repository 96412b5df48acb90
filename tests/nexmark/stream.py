"""A Nexmark stream in a local log of three topics, and the queries of queries/*.sh on it."""
import os
import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent


def all_queries():
    return sorted((path.stem for path in (HERE / "queries").glob("q*.sh")), key=lambda query: int(query[1:]))


def generated(generate, options):
    """`options`: what has events, seed, rate and group."""
    command = [generate]
    for flag in ("events", "seed", "rate", "group"):
        command += ["--" + flag, str(getattr(options, flag))]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout


def add_flags(parser, events, rate):
    for flag, default in (("events", events), ("seed", 1), ("rate", rate), ("group", 1)):
        parser.add_argument("--" + flag, type=int, default=default)


class Stream:
    def __init__(self, bin_folder, folder, lines):
        self.folder = folder
        self.environment = dict(os.environ, PATH=os.path.abspath(bin_folder) + ":" + os.environ["PATH"], WEIR_BUS=folder + "/bus")
        subprocess.run(["produce", "-q", "-J", "--durability", "none"], input=lines, env=self.environment, check=True)

    def run(self, query, out=subprocess.PIPE):
        ran = subprocess.run(["bash", "-o", "pipefail", str(HERE / "queries" / (query + ".sh"))], env=self.environment,
                             cwd=self.folder, stdout=out, check=False)
        if ran.returncode != 0:
            raise RuntimeError("exit %d" % ran.returncode)
        return ran.stdout
