# Sourced with INCLUDE_DIRECTORY COMPILER OTHER_DIRECTORIES(separated by ;); sets $compiler and $flags.
compiler=$2
flags=(-std=c++20 "-I$1")
IFS=';' read -ra directories <<<"${3:-}"
for directory in "${directories[@]}"; do
  case $directory in
    "" | "$1" | /usr/include) ;;
    *) flags+=(-isystem "$directory") ;;
  esac
done
