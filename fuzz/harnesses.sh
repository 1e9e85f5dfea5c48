# SPDX-License-Identifier: MIT
# Which harnesses there are, and what each starts from: for the scripts that run them.

harnesses_of_all=(frame ata config mask reserve differential export target initiator capture judge
                  expectations selection toy)

# corpus_of HARNESS: its folder below fuzz/corpus.
corpus_of() {
    case $1 in
        differential) echo frame ;;
        judge) echo capture ;;
        toy) echo export ;;
        *) echo "$1" ;;
    esac
}

# dictionary_of HARNESS: its file in fuzz/, without .dict.
dictionary_of() {
    case $1 in
        capture | judge) echo capture ;;
        expectations | selection) echo text ;;
        *) echo aoe ;;
    esac
}
