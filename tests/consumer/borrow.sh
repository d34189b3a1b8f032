#!/usr/bin/env bash
# borrow.sh OBJECTS COMPILER ARGUMENT... : a compiler launcher for a project whose sources another build has compiled.
#
# Preprocesses the source with the project's own command: every header must be there, and none may be the checkout's
# ($SOURCE) unless it lies in $work, a folder of that. Then the object is the one of OBJECTS; a source that has none
# there is compiled.
set -euo pipefail
objects=$1
shift
preprocess=("$@")
for at in "${!preprocess[@]}"; do
  if [ "${preprocess[at]}" = -o ]; then
    object=${preprocess[at + 1]}
    preprocess[at + 1]=$object.ii
  elif [ "${preprocess[at]}" = -c ]; then
    preprocess[at]=-E
  fi
done
"${preprocess[@]}"
if sed -n 's/^# [0-9]* "\([^"]*\)".*/\1/p' "$object.ii" | sort -u | grep -F "$SOURCE/" | grep -vF "$work/"; then
  echo "a header of the checkout was used" >&2
  exit 1
fi
rm "$object.ii"
if [ -e "$objects/$object" ]; then
  cp "$objects/$object" "$object"
else
  echo "compiled: $object"
  "$@"
fi
