# fish completion for weir. Each tool's flags are in weir-TOOL.fish beside this file.

set -g __weir_home (path dirname (status filename) 2>/dev/null; or dirname (status filename))

# The tools that were built and installed.
function __weir_verbs
    set -l folder (weir --exec-path 2>/dev/null); or return
    for tool in produce consume filter map join window table replay trigger serve-log topics groups
        test -x $folder/$tool; and echo $tool
    end
end

# The verb on the line is the one named.
function __weir_verb
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test "$words[2]" = $argv[1]
end
function __weir_no_verb
    test (count (commandline -opc)) -eq 1
end

# Nothing but flags stands between the verb and the cursor.
function __weir_no_operand
    set -l words (commandline -opc)
    for word in $words[3..-1]
        string match -q -- '-*' $word; or return 1
    end
end

# Where topics live, as the tools find it: -b on the line, $WEIR_BUS, ./weir-data.
function __weir_bus_here
    set -l words (commandline -opc)
    for i in (seq 2 (count $words))
        switch $words[$i]
            case -b --bus
                test (count $words) -gt $i; and echo $words[(math $i + 1)]; and return
            case '--bus=*'
                string replace -- --bus= '' $words[$i]
                return
            case '-b?*'
                string replace -r -- '^-b' '' $words[$i]
                return
        end
    end
    if set -q WEIR_BUS; and test -n "$WEIR_BUS"
        echo $WEIR_BUS
    else
        echo ./weir-data
    end
end

# The topics of a local log are its folders TOPIC-PARTITION.
function __weir_topic
    for folder in (__weir_bus_here)/*-*/
        string match -rg '.*/((?!__)[^/]+)-[0-9]+/$' -- $folder
    end | sort -u
end
function __weir_input
    for topic in (__weir_topic)
        echo topic:$topic
    end
end
function __weir_bus
    __fish_complete_directories
end
function __weir_group
end
function __weir_zone
    echo UTC
    find /usr/share/zoneinfo -path '*/posix' -prune -o -path '*/right' -prune -o -type f -name '[A-Z]*' -print 2>/dev/null | string replace /usr/share/zoneinfo/ ''
end

complete -c weir -e
complete -c weir -n __weir_no_verb -f -a '(__weir_verbs) help version'
complete -c weir -n __weir_no_verb -f -l exec-path -d 'The folder that holds the verbs'
complete -c weir -n __weir_no_verb -f -s h -l help -d 'Show help'
complete -c weir -n __weir_no_verb -f -l version -d 'Show the version'
complete -c weir -n '__weir_verb help' -f -a '(__weir_verbs) expressions log'
for file in $__weir_home/weir-*.fish
    source $file
end

# The bare names, but only where they are ours: join and groups belong to coreutils.
if set -l __weir_folder (weir --exec-path 2>/dev/null)
    for __weir_name in (__weir_verbs)
        test (command -s $__weir_name) = $__weir_folder/$__weir_name
        and complete -c $__weir_name -w "weir $__weir_name"
    end
end
