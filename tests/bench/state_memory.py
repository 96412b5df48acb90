"""What state takes in memory: of every key of a window, a table and a join, and of every window that is open at once. Peaks of
two runs, one with few keys and one with many; what they differ by, for each key more. Both inputs are larger than what a tool
reads at a time."""
from measure import peak_mib

FEW, MANY = 1000, 1_000_000
EACH_OF_FEW = 20  # events of a key; a join has the square of that in rows
FEW_WINDOWS, MANY_WINDOWS, KEYS = 1, 1000, 1000


def write_events(path, keys, windows, count):
    """So many events of 46 bytes: their keys one after the other, and of each the minutes one after the other."""
    with open(path, "w", encoding="ascii") as events:
        for number in range(count):
            events.write('{"k":"key%07d","t":%d,"n":%d}\n' % (
                number % keys, 1_700_000_040_000 + number // keys % windows * 60000, 100_000 + number % 899_981))


def state_memory(bench):
    few, many, path = bench.dir + "/few", bench.dir + "/many", bench.dir + "/windows"
    write_events(few, FEW, 1, FEW * EACH_OF_FEW)
    write_events(many, MANY, 1, MANY)
    write_events(path, KEYS, MANY_WINDOWS, KEYS * MANY_WINDOWS)
    window = bench.tool("window") + " -q --tumbling 1m --ts .t --by .k --grace 1d "

    def peak(command):
        return peak_mib(bench.options.tools + "/peak", command + " > /dev/null")

    def told(name, more_mib, units, unit):
        print("    %-62s %9.0f bytes a %s" % (name, more_mib * 1024 * 1024 / units, unit), flush=True)

    by_key = {"window, count": window + "%s",
              "window, sum": window + "--agg 's=sum(.n)' %s",
              "window, count, sum, min and max": window + "--agg 'n=count()' --agg 's=sum(.n)' --agg 'a=min(.n)' --agg 'b=max(.n)' %s",
              "window, count_distinct": window + "--agg 'd=count_distinct(.n)' %s",
              "table": bench.tool("table") + " -q --key .k %s",
              "join --table": bench.tool("join") + " -q --on .k --table /dev/null %s",
              "join --within, an event on either side": bench.tool("join") + " -q --on .k --ts .t --within 1m %s %s"}
    for name, command in by_key.items():
        told(name, peak(command.replace("%s", many)) - peak(command.replace("%s", few)), MANY - FEW, "key")
    told("window, count: %d keys in each of %d windows" % (KEYS, MANY_WINDOWS), peak(window + path) - peak(window + few),
         KEYS * (MANY_WINDOWS - FEW_WINDOWS), "key and window")
