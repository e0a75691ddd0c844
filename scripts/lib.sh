# What scripts/quickstart and scripts/test share; sourced by them, from the top of the checkout.

say() { printf '== %s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

VENV=.venv
PYTHON=$VENV/bin/python
VERSION=$(sed -n 's:^  <version>\(.*\)</version>:\1:p' pom.xml | head -1)
M2=$HOME/.m2/repository
EXTENSION=$M2/io/github/panst3r/panst3r-kernel-ext/$VERSION/panst3r-kernel-ext-$VERSION.jar
MVN="mvn -B -ntp -Dmaven.repo.local=$M2"

check_java_and_maven() {
    command -v javac > /dev/null || fail "No Java compiler here: install a JDK 17 or newer (Debian: apt-get install openjdk-17-jdk)."
    local version
    version=$(javac -version 2>&1 | sed 's/^javac \([0-9]*\).*/\1/')
    [ "$version" -ge 17 ] || fail "This is Java $version: PanSt3R needs a JDK 17 or newer (Debian: apt-get install openjdk-17-jdk)."
    command -v mvn > /dev/null || fail "No Maven here: install it (Debian: apt-get install maven)."
    command -v python3 > /dev/null || fail "No Python here: install Python 3.11 or newer (Debian: apt-get install python3 python3-venv)."
}

# install_debian PACKAGES: as root on Debian; elsewhere says what is missing
install_debian() {
    if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
        say "installing $* (apt-get)"
        local log
        log=$(mktemp)
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } \
            > "$log" 2>&1 || { cat "$log"; fail "apt-get could not install $*."; }
        rm -f "$log"
    else
        fail "Missing: $*. Install them (Debian: sudo apt-get install $*), then run this again."
    fi
}

# Makes the Python environment, or brings it up to date with the given requirements files.
ensure_venv() {
    python3 -c 'import ensurepip, venv' 2> /dev/null || install_debian python3-venv
    [ -x $PYTHON ] && $PYTHON -c 'import pip' 2> /dev/null || { say "making the Python environment $VENV"; rm -rf $VENV; python3 -m venv $VENV; }
    local file
    for file in "$@"; do
        if ! cmp -s "$file" "$VENV/installed-$(echo "$file" | tr / -)"; then
            say "installing the packages of $file into $VENV"
            $PYTHON -m pip install -q --disable-pip-version-check -r "$file"
            cp "$file" "$VENV/installed-$(echo "$file" | tr / -)"
        fi
    done
}

# Says what was installed, and when; not in the Python environment, which may not be there yet.
BUILT=target/installed

# Puts PanSt3R into the local Maven repository, where the kernels find it, unless nothing changed since.
ensure_installed() {
    if [ -f "$EXTENSION" ] && [ -f $BUILT ] && [ ! "$EXTENSION" -nt $BUILT ] \
        && [ "$(cat $BUILT)" = "$EXTENSION" ] \
        && [ -z "$(find pom.xml ./*/pom.xml ./*/src/main -newer $BUILT -print -quit)" ]; then
        return
    fi
    say "building PanSt3R into $M2 (the first time downloads its libraries, PyTorch's among them: some minutes)"
    $MVN -q install -DskipTests
    mark_installed
}

mark_installed() { mkdir -p target && echo "$EXTENSION" > $BUILT; }

ensure_kernel() { java -Dmaven.repo.local="$M2" -jar "$EXTENSION" install --prefix $VENV; }
