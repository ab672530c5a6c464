#!/bin/sh
# docker.sh DOCKERFILE FOLDER [NAME=VALUE...]: carries out a Dockerfile's steps in the Debian
# system that lies in FOLDER, where no container engine is at hand. That system stands for
# FROM's. ARG, COPY of one file, RUN, USER and ENTRYPOINT are known; another step is an
# error. It prints the user and the program that a container would start with.
set -eu
file=$1 root=$2
shift 2
for given; do export "$given"; done
user=root
while read -r step rest; do
	case $step in
	'' | '#'* | FROM) ;;
	ARG)
		name=${rest%%=*}
		[ "$name" = "$rest" ] || eval "export $name=\"\${$name:-${rest#*=}}\""
		eval ": \"\${$name:?is not given}\""
		;;
	COPY) eval "cp ${rest% *} \"\$root\"${rest##* }" ;;
	RUN) "$(dirname "$0")/in.sh" "$root" sh -euc "$rest" </dev/null >&2 ;;
	USER) user=$rest ;;
	ENTRYPOINT) program=$(echo "$rest" | tr -d '[]",') ;;
	*) echo "$file: what $step does is not known here" >&2 && exit 1 ;;
	esac
done <"$file"
echo "$user ${program:?no ENTRYPOINT}"
