"""What bench.py prints: one number with its unit a line, and whether it is what is wanted."""

missed_floors = missed_goals = 0


def verdict(value, floor, goal, smaller_is_better):
    global missed_floors, missed_goals
    better = (lambda a, b: a <= b) if smaller_is_better else (lambda a, b: a >= b)
    if not better(value, floor):
        missed_floors += 1
        return "FLOOR MISSED"
    if not better(value, goal):
        missed_goals += 1
        return "goal missed"
    return "goal met"


def row(number, what, value, unit, floor, goal, smaller_is_better=False, note=""):
    print("%-3s %-62s %9.2f %-4s  floor %g, goal %g: %s%s" % (
        number, what, value, unit, floor, goal, verdict(value, floor, goal, smaller_is_better),
        " (" + note + ")" if note else ""), flush=True)


def failed(number, what, why):
    """A row that has no number is a floor missed, too."""
    global missed_floors
    missed_floors += 1
    print("%-3s %-62s FLOOR MISSED: %s" % (number, what, why), flush=True)


def skipped(what, why):
    print("    SKIPPED, so not compared: %s: %s" % (what, why), flush=True)


def plain(name, seconds, events, size):
    print("    %-62s %9.3f s     %8.0f kev/s  %7.0f MB/s" % (name, seconds, events / seconds / 1e3, size / seconds / 1e6),
          flush=True)
