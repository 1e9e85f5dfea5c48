# SPDX-License-Identifier: MIT
"""Shells complete what the programs take: completion_test.py bash|zsh|fish BUILD_FOLDER.

bash and zsh run on a pseudo terminal with nothing of the user's own, are given the keys that a
person would press, and print the words of the line that came of it; fish answers when asked.
"""

import os
import pathlib
import pty
import re
import shutil
import subprocess
import sys
import tempfile

# What is typed, and what its last word must become. Alone with each shell's own key for it.
ONE = (("aoe-conform --retr", "--retries"),
       ("aoe-conform --color al", "always"),
       ("aoe-conform --allow write,con", "write,config"),
       ("aoe-conform --tests cfg.set.refused-when-p", "cfg.set.refused-when-present"),
       ("aoe-conform --tests hdr.tag.echoed,cfg.set.refused-when-p",
        "hdr.tag.echoed,cfg.set.refused-when-present"),
       ("aoe-conform cov", "coverage"),
       ("aoe-conform list --te", "--tests"),
       ("aoe-target --buf", "--buffer-count"),
       ("aoe-target --read-only 7 3 aoetest0 ima", "image.img"),
       ("aoe disc", "discover"),
       ("aoe read e7.3 --output ima", "image.img"))
# Every word that is offered.
MANY = (("aoe-conform --revision ", {"r8", "r10", "r11", "auto"}),
        ("aoe ", {"discover", "identify", "read", "write"}))


def fill(folder, build):
    """Programs under the names that completions are bound to, and a file to be named."""
    (folder / "image.img").touch()
    for program in ("aoe-conform", "aoe-target", "aoe"):
        (folder / program).symlink_to(build / "bin" / program)
        (folder / f"_{program}").write_bytes((build / "pages" / f"{program}.zsh").read_bytes())


def typed(command, folder, keys):
    """All that a shell on a terminal prints when these keys are pressed."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.environ.update(PATH=f"{folder}:{os.environ['PATH']}", HOME=str(folder), TERM="dumb",
                          INPUTRC="/dev/null", ZDOTDIR=str(folder), LC_ALL="C.UTF-8")
        os.execvp(command[0], command)
    os.write(terminal, keys.encode())
    printed = b""
    try:
        while some := os.read(terminal, 65536):
            printed += some
    except OSError:  # The terminal's other end is closed.
        pass
    os.waitpid(pid, 0)
    return printed.decode(errors="replace")


def words_of(printed, number):
    """The words that the line with this number has come to."""
    found = re.search(rf"<{number}>((?:<[^>\n]*>)*)<end>\r?\n", printed)
    return re.findall(r"<([^>]*)>", found[1]) if found else [f"nothing in: {printed[-300:]}"]


def line(text, key, number):
    """Keys that complete a line and print its words: from the line's beginning, before it."""
    return f"{text}{key}\x05 end\x01show {number} \r"


# Prints each of its words in brackets.
SHOW = "show() { for word; do printf '<%s>' \"$word\"; done; echo; }\n"


def answers_of_bash(folder, build, cases, key):
    setup = "".join(f". {build}/pages/{p}.bash\n" for p in ("aoe-conform", "aoe-target", "aoe"))
    (folder / "rc").write_text(setup + SHOW + "PS1='$ '\nset +o history\n")
    keys = "".join(line(text, key, number) for number, (text, _) in enumerate(cases)) + "exit\r"
    printed = typed(["bash", "--noprofile", "--rcfile", str(folder / "rc"), "-i"], folder, keys)
    return [words_of(printed, number) for number in range(len(cases))]


def answers_of_zsh(folder, _, cases, key):
    (folder / ".zshrc").write_text(f"fpath=({folder} $fpath)\nautoload -Uz compinit\ncompinit -u\n"
                                   + SHOW + "bindkey -e\nPS1='$ '\nunsetopt PROMPT_SP\n"
                                   "unset zle_bracketed_paste\n")
    keys = "".join(line(text, key, number) for number, (text, _) in enumerate(cases)) + "exit\r"
    printed = typed(["zsh", "-d", "-i"], folder, keys)
    return [words_of(printed, number) for number in range(len(cases))]


def answers_of_fish(folder, build, cases, _):
    found = []
    for text, _ in cases:
        script = "".join(f"source {build}/pages/{p}.fish\n"
                         for p in ("aoe-conform", "aoe-target", "aoe"))
        done = subprocess.run(["fish", "--no-config", "-c", f"{script}complete -C '{text}'"],
                              cwd=folder, capture_output=True, text=True, env={
                                  **os.environ, "PATH": f"{folder}:{os.environ['PATH']}",
                                  "HOME": str(folder)})
        found.append([each.split("\t")[0] for each in done.stdout.splitlines()])
    return found


def offences(shell, folder, build):
    answers = {"bash": answers_of_bash, "zsh": answers_of_zsh, "fish": answers_of_fish}[shell]
    for (text, wanted), words in zip(ONE, answers(folder, build, ONE, "\t")):
        if words[-1:] != [wanted]:
            yield f"{text}: {words}, not {wanted}"
    if shell == "zsh":  # It has no key that puts all that it offers into the line.
        return
    for (text, wanted), words in zip(MANY, answers(folder, build, MANY, "\x1b*")):
        if not wanted <= set(words):
            yield f"{text}: {words}, not {sorted(wanted)}"


def main(shell, build):
    if not shutil.which(shell):
        print(f"skipped: {shell} is not installed")
        return 77
    build = pathlib.Path(build)
    with tempfile.TemporaryDirectory(prefix="aoe-completion-") as folder:
        fill(pathlib.Path(folder), build)
        found = list(offences(shell, pathlib.Path(folder), build))
    print("\n".join(found) or f"{shell} completes {len(ONE)} lines")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
