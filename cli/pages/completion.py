# SPDX-License-Identifier: MIT
"""Completion for a shell from a program's command line: completion.py bash|zsh|fish JSON."""

import shlex
import sys

import command_line


def source_of(program, value):
    """A shell command that prints what a placeholder stands for, or nothing."""
    return command_line.COMMANDS.get(value, "").format(program=program.name)


# bash ------------------------------------------------------------------------------------------

BASH = """# Completion of {name} for bash.
_{function}() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} command='' i
    # bash splits --option=value at the sign.
    if [[ $word == '=' ]]; then
        word=''
    elif [[ $before == '=' ]]; then
        before=${{COMP_WORDS[COMP_CWORD-2]}}
    fi
    word=${{word#[\\"\\']}}
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${{COMP_WORDS[i]}} in
            {commands}) command=${{COMP_WORDS[i]}}; break ;;
        esac
    done
    COMPREPLY=()
    case $command:$before in
{values}
    esac
    case $command:$word in
{options}
    esac
    case $command in
{positionals}
    esac
}}
complete -F _{function} {name}
"""


def bash_reply(program, value, words, is_list, indent):
    """What a value is completed by, as lines of bash."""
    source = source_of(program, value)
    if words:
        source = "echo " + " ".join(words)
    if value == "FILE":
        lines = ["compopt -o filenames", 'mapfile -t COMPREPLY < <(compgen -f -- "$word")']
    elif is_list:
        # Of a list with commas between, the last one is completed, after a "!" too.
        lines = ["local last=${word##*,}", "last=${last#!}", "compopt -o nospace",
                 f'mapfile -t COMPREPLY < <(compgen -P "${{word%"$last"}}" '
                 f'-W "$({source})" -- "$last")']
    elif source:
        lines = [f'mapfile -t COMPREPLY < <(compgen -W "$({source})" -- "$word")']
    else:
        lines = []
    return "".join(" " * indent + line + "\n" for line in lines + ["return"])


def bash(program):
    values, options, positionals = "", "", ""
    for command in [program] + program.commands:
        name = command.name if command is not program else ""
        for option in command.options:
            if option.takes_value:
                patterns = " | ".join(f"{name}:{flag}" for flag in option.names)
                values += f"        {patterns})\n" + bash_reply(
                    program, option.value, option.words, option.is_list, 12)
                values += "            ;;\n"
        flags = " ".join(flag for option in command.options for flag in option.names)
        options += (f'        {name}:-*) mapfile -t COMPREPLY < '
                    f'<(compgen -W "{flags}" -- "$word"); return ;;\n')
        if command.commands:
            names = " ".join(each.name for each in command.commands)
            positionals += (f"        '{name}') mapfile -t COMPREPLY < "
                            f'<(compgen -W "{names}" -- "$word") ;;\n')
        elif "FILE" in command.positionals or "IFACE" in command.positionals:
            # Which of the words comes next depends on how the target is written; both are offered.
            interfaces = source_of(program, "IFACE") if "IFACE" in command.positionals else "true"
            positionals += (f"        '{name}')\n            compopt -o filenames\n"
                            f'            mapfile -t COMPREPLY < <(compgen -f -W "$({interfaces})"'
                            f' -- "$word")\n            ;;\n')
    return BASH.format(name=program.name, function=program.name.replace("-", "_"),
                       commands=" | ".join(c.name for c in program.commands) or "''",
                       values=values.rstrip("\n"), options=options.rstrip("\n"),
                       positionals=positionals.rstrip("\n"))


# zsh -------------------------------------------------------------------------------------------


def zsh_action(program, value, words, is_list):
    """What comes after the second colon of a specification for _arguments."""
    source = source_of(program, value)
    if value == "FILE":
        return "_files"
    if words and not is_list:
        return "(" + " ".join(words) + ")"
    if is_list:
        content = " ".join(words) if words else f"${{(f)\"$({source})\"}}"
        return f"_sequence compadd - {content}"
    return f"compadd - ${{(f)\"$({source})\"}}" if source else " "


def zsh_quoted(text):
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:")


def zsh_specifications(program, command):
    for option in command.options:
        others = f"({' '.join(option.names + option.excludes)})" if not option.many else "*"
        text = f"[{zsh_quoted(option.help)}]"
        if option.takes_value:
            text += (f":{zsh_quoted(option.value)}:"
                     + zsh_action(program, option.value, option.words, option.is_list))
        for name in option.names:
            sign = "=" if name.startswith("--") and option.takes_value else ""
            yield f"{others}{name}{sign}{text}"
    for number, value in enumerate(command.positionals, 1):
        action = zsh_action(program, value, [], False)
        # A word that nothing is known of is named, unless it begins an option.
        action = f"_guard '[^-]*' {value}" if action == " " else action
        yield f"{number}:{zsh_quoted(value)}:{action}"


def zsh_arguments(program, command, indent):
    blank = " \\\n" + " " * (indent + 4)
    return blank.join(map(shlex.quote, zsh_specifications(program, command)))


def zsh(program):
    text = f"#compdef {program.name}\n# Completion of {program.name} for zsh.\n"
    if not program.commands:
        return text + f"_arguments -s -S \\\n    {zsh_arguments(program, program, 0)}\n"
    text += "local curcontext=$curcontext state line\ntypeset -A opt_args\n"
    text += f"_arguments -s -S -C \\\n    {zsh_arguments(program, program, 0)} \\\n"
    text += "    '1: :->command' '*:: :->rest' && return\ncase $state in\n    command)\n"
    names = " ".join(shlex.quote(f"{each.name}:{each.help}") for each in program.commands)
    text += f"        local -a commands=({names})\n        _describe command commands\n        ;;\n"
    text += "    rest)\n        case $words[1] in\n"
    for each in program.commands:
        text += f"            {each.name})\n                _arguments -s -S \\\n"
        text += f"                    {zsh_arguments(program, each, 16)}\n                ;;\n"
    return text + "        esac\n        ;;\nesac\n"


# fish ------------------------------------------------------------------------------------------


def fish_value(program, value, words, is_list):
    source = f"printf '%s\\n' {' '.join(words)}" if words else source_of(program, value)
    if value == "FILE":
        return " -r -F"
    if is_list:
        return " -x -a " + shlex.quote(f"(__fish_complete_list , {shlex.quote(source)})")
    return " -x -a " + shlex.quote(f"({source})") if source else " -x"


def fish(program):
    lines = [f"# Completion of {program.name} for fish."]
    names = " ".join(each.name for each in program.commands)
    for command in [program] + program.commands:
        where = ""
        if command is not program:
            where = f" -n '__fish_seen_subcommand_from {command.name}'"
        elif program.commands:
            where = f" -n 'not __fish_seen_subcommand_from {names}'"
        base = f"complete -c {program.name}{where}"
        for each in command.commands:
            lines.append(f"{base} -f -a {each.name} -d {shlex.quote(each.help)}")
        if not command.commands and "FILE" not in command.positionals:
            lines.append(base + " -f")
        if "IFACE" in command.positionals:
            lines.append(f"{base} -a {shlex.quote('(' + source_of(program, 'IFACE') + ')')}")
        for option in command.options:
            flags = "".join(f" -l {name[2:]}" if name.startswith("--") else f" -s {name[1:]}"
                            for name in option.names)
            value = ""
            if option.takes_value:
                value = fish_value(program, option.value, option.words, option.is_list)
            lines.append(f"{base}{flags}{value} -d {shlex.quote(option.help)}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    SHELL, FILE = sys.argv[1:]
    print({"bash": bash, "zsh": zsh, "fish": fish}[SHELL](command_line.read(FILE)), end="")
