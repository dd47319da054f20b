#!/usr/bin/env bash
# A newcomer's machine: Debian 12 with python3 and apt and nothing else, where the README's two commands are typed.
#
#     tests/tools/newcomer.sh FOLDER >docs/newcomer.txt
#
# FOLDER becomes the system (debootstrap, as root; used again where it is one already), the committed source its
# ~/reverie, as an archive would bring it: without git.  The screen is an Xvfb of this machine (xvfb and xdotool are
# needed), and what it shows of `./run` is saved as FOLDER.png, with the Python of this machine's .venv.  The transcript goes to standard output.  PIP_CERT, where set,
# goes in as well, for networks with a certificate of their own.
set -euo pipefail

folder=${1:?a folder for the system}
root=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
home=$folder/root/reverie
screen=:${REVERIE_SCREEN:-78}

[ -x "$folder/usr/bin/apt-get" ] ||
    debootstrap --variant=minbase --include=python3,ca-certificates bookworm "$folder" >"$folder.log" 2>&1

rm -rf "$home"
mkdir -p "$home"
git -C "$root" archive HEAD | tar -x -C "$home"
cp /etc/resolv.conf "$folder/etc/resolv.conf"
[ -z "${PIP_CERT:-}" ] || cp "$PIP_CERT" "$folder/etc/ssl/certs/ca-certificates.crt"
for mount in proc sys dev; do
    mountpoint -q "$folder/$mount" || mount --bind "/$mount" "$folder/$mount"
done
Xvfb "$screen" -screen 0 1440x900x24 -nolisten tcp >/dev/null 2>&1 &
xvfb=$!
end() {
    kill "$xvfb" 2>/dev/null || true
    for mount in proc sys dev; do umount -l "$folder/$mount" 2>/dev/null || true; done
}
trap end EXIT

# there COMMAND: typed in the folder of the source, by root, in an environment that holds nothing of this machine's.
there() {
    chroot "$folder" /usr/bin/env -i HOME=/root TERM=dumb LANG=C.UTF-8 PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin \
        ${PIP_CERT:+PIP_CERT=/etc/ssl/certs/ca-certificates.crt} ${DISPLAY_THERE:+DISPLAY=$DISPLAY_THERE} \
        /bin/sh -c "cd \"\$HOME/reverie\" && $1" 2>&1
}

typed() {
    printf '\n$ %s\n' "$1"
    began=$SECONDS code=0
    there "$1" || code=$?
    printf '[exit code %s after %s s]\n' "$code" "$((SECONDS - began))"
}

echo "Reverie at $(git -C "$root" rev-parse --short HEAD), $(date -u +%Y-%m-%d)"
# shellcheck disable=SC2016 # they expand over there
typed '. /etc/os-release; echo "$PRETTY_NAME, $(dpkg -l | grep -c ^ii) packages"; python3 --version'
typed 'command -v git sudo pip gcc || echo "no git, no sudo, no pip, no compiler"; python3 -c "import ensurepip" 2>&1 | tail -n 1'
typed './run'

# A window stays open until it is closed: here by Ctrl+Q, when its first completions are on the screen.
printf '\n$ DISPLAY=%s ./run\n' "$screen"
(DISPLAY_THERE=$screen there './run' || echo "[exit code $?]") &
typing=$!
began=$SECONDS window=''
while [ -z "$window" ] && kill -0 "$typing" 2>/dev/null; do
    sleep 1
    window=$(DISPLAY=$screen xdotool search --onlyvisible --name Reverie 2>/dev/null | tail -n 1 || true)
done
if [ -n "$window" ]; then
    printf '[a window after %s s: %s]\n' "$((SECONDS - began))" "$(DISPLAY=$screen xdotool getwindowname "$window")"
    sleep 10
    DISPLAY=$screen "$root/.venv/bin/python" -c 'import sys
from PySide6.QtWidgets import QApplication
QApplication([]).primaryScreen().grabWindow(0).save(sys.argv[1])' "$folder.png"
    DISPLAY=$screen xdotool mousemove --window "$window" 600 400 click 2 key ctrl+q # keys go where the hand is
fi
wait "$typing"

typed './run models | head -n 8'
# shellcheck disable=SC2016
typed './run test >test.log 2>&1; code=$?; grep -E "^(==|FAILED|ERROR)|passed|failed" test.log | tail -n 25; tail -n 3 test.log; exit $code'
