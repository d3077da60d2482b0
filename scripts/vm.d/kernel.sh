# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Fetches a Debian kernel and prepares it for scripts/vm, which includes this file.
# build/vm/<series>/ then has vmlinuz, initramfs, config, lib/modules (with depmod's
# files) and the file "package" that names what it was made of. The folder appears
# by one rename, complete or not at all.

# For another processor the series is followed by "-" and its name.
: "${here:?}" "${vm_dir:?}" "${arch:?}"

# Modules that the init script needs before it can reach any other.
boot_modules=(virtio_pci 9pnet_virtio 9p overlay)

guest_busybox() {
	if [[ $arch == "$(uname -m)" ]]; then
		command -v busybox
	else
		echo "${guest_root:?}/bin/busybox"
	fi
}

need_kernel_tools() {
	local busybox

	need apt-get apt
	need apt-cache apt
	need dpkg dpkg
	need zstd zstd
	need cpio cpio
	need xz xz-utils
	need depmod kmod
	need modprobe kmod
	need busybox busybox-static
	busybox=$(guest_busybox)
	if ldd "$busybox" >/dev/null 2>&1; then
		die 77 "$busybox needs shared libraries: install the package busybox-static"
	fi
}

# The release of Debian that has a series, if it is not the machine's own.
suite_of() {
	case $1 in
	newest*) echo sid ;;
	5.10*) echo bullseye ;;
	*-*) echo bookworm ;;
	esac
}

debian_arch() {
	if [[ $arch == aarch64 ]]; then
		echo arm64
	else
		echo amd64
	fi
}

print_sources() {
	local key=/usr/share/keyrings/debian-archive-keyring.gpg

	printf 'deb [signed-by=%s] %s %s main\n' "$key" "${RETIS_VM_MIRROR:-http://deb.debian.org/debian}" "$1"
	[[ $1 != bookworm ]] || printf 'deb [signed-by=%s] %s-security %s-security main\n' "$key" \
		"${RETIS_VM_MIRROR:-http://deb.debian.org/debian}" "$1"
}

# Runs apt's tools for a series: with the package source of another release if need be,
# which the machine itself never learns of.
apt_for() {
	local series=$1 tool=$2 suite options=()

	shift 2
	suite=$(suite_of "$series")
	if [[ -n $suite ]]; then
		local home=$vm_dir/apt-$suite-$arch

		mkdir -p -- "$home/lists/partial" "$home/cache/archives/partial"
		print_sources "$suite" >"$home/sources.list"
		: >"$home/status"
		options=(-o "Dir::Etc::SourceList=$home/sources.list" -o Dir::Etc::SourceParts=/dev/null
			-o "Dir::State::Lists=$home/lists" -o "Dir::Cache=$home/cache"
			-o "Dir::State::Status=$home/status" -o Acquire::Languages=none
			-o "APT::Architecture=$(debian_arch)" -o "APT::Architectures=$(debian_arch)")
	fi
	"$tool" -o APT::Sandbox::User=root "${options[@]}" "$@"
}

# Names of signed kernel images of a series: linux-image-6.1.0-56-amd64,
# linux-image-6.12.117+deb12-amd64.
image_packages() {
	local pattern=${1%%-*}

	pattern=${pattern//./[.]}
	[[ $pattern != newest ]] || pattern='[0-9]+[.][0-9]+'
	apt_for "$1" apt-cache search --names-only "^linux-image-${pattern}[.].*-$(debian_arch)\$" |
		cut -d ' ' -f 1 | grep -vE -- '-(cloud|rt|unsigned|dbg)(-|$)' | sort -V
}

# Newer images come in parts.
parts_of() {
	printf '%s\n' "$2"
	apt_for "$1" apt-cache depends --important "$2" |
		sed -nE 's/^ *Depends: (linux-(binary|modules|base)-[0-9].*)/\1/p'
}

newest_package() {
	image_packages "$1" | tail -n 1
}

update_lists() {
	((EUID == 0)) || [[ -n $(suite_of "$1") ]] || return 0
	say "updating apt's package lists"
	apt_for "$1" apt-get -q=2 update >&2 || say "apt-get update failed; trying what is known"
}

find_package() {
	local series=$1 package

	package=$(newest_package "$series" || true)
	if [[ -z $package ]]; then
		update_lists "$series"
		package=$(newest_package "$series" || true)
	fi
	[[ -n $package ]] ||
		die 77 "apt offers no kernel '$series' (linux-image-*-amd64): are Debian's package sources reachable?"
	printf '%s\n' "$package"
}

# Root downloads as root: apt's own user cannot write into the build folder.
download() {
	local series=$1 parts

	mapfile -t parts < <(parts_of "$series" "$3")
	(cd -- "$2" && apt_for "$series" apt-get -q=2 download "${parts[@]}" >&2)
}

fetch_package() {
	local series=$1 folder=$2 package

	package=$(find_package "$series")
	say "downloading $package"
	printf '%s\n' "$package" >"$folder/package"
	if ! download "$series" "$folder" "$package"; then
		# Lists older than the archive name a version that is gone.
		update_lists "$series"
		package=$(find_package "$series")
		printf '%s\n' "$package" >"$folder/package"
		download "$series" "$folder" "$package" || die 77 "cannot download $package"
	fi
	for package in "$folder"/*.deb; do
		dpkg -x "$package" "$folder"
		rm -f -- "$package"
	done
}

# The image and its configuration are in boot/, or beside the modules.
tidy_tree() {
	local folder=$1 name

	if [[ -d $folder/usr/lib/modules ]]; then
		mkdir -p -- "$folder/lib"
		mv -- "$folder/usr/lib/modules" "$folder/lib/modules"
	fi
	for name in vmlinuz config; do
		mv -- "$folder/boot/$name"-* "$folder/$name" 2>/dev/null ||
			mv -- "$folder"/lib/modules/*/"$name" "$folder/$name"
	done
	rm -rf -- "${folder:?}/boot" "${folder:?}/usr"
}

release_of() {
	basename -- "$1"/lib/modules/*
}

# The paths of the boot modules and of what they depend on, in the order of loading.
boot_module_paths() {
	local folder=$1 release=$2 module

	for module in "${boot_modules[@]}"; do
		modprobe -d "$folder" -S "$release" --show-depends "$module"
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

# The init script's busybox cannot unpack modules.
copy_boot_modules() {
	local folder=$1 tree=$2 paths path name

	paths=$(boot_module_paths "$folder" "$(release_of "$folder")")
	mkdir -p -- "$tree/modules"
	while read -r path; do
		name=$(basename -- "$path")
		case $name in
		*.xz) xz -dc -- "$path" ;;
		*.zst) zstd -dcq -- "$path" ;;
		*) cat -- "$path" ;;
		esac >"$tree/modules/${name%.ko*}.ko"
		printf '%s\n' "${name%.ko*}.ko"
	done <<<"$paths" >"$tree/modules/order"
}

make_initramfs() {
	local folder=$1 tree=$1/initramfs.tree

	mkdir -p -- "$tree/bin"
	cp -- "$(guest_busybox)" "$tree/bin/busybox"
	cp -- "$here/vm.d/init" "$tree/init"
	chmod 755 -- "$tree/init" "$tree/bin/busybox"
	copy_boot_modules "$folder" "$tree"
	(cd -- "$tree" && find . | cpio --quiet -o -H newc | zstd -q -10) >"$folder/initramfs.new"
	rm -rf -- "$tree"
	mv -- "$folder/initramfs.new" "$folder/initramfs"
}

fetch_kernel() {
	local series=$1 final=$vm_dir/$1

	need_kernel_tools
	prepared=$(mktemp -d -- "$vm_dir/new-$series-XXXXXX")
	fetch_package "$series" "$prepared"
	tidy_tree "$prepared"
	depmod -b "$prepared" "$(release_of "$prepared")"
	make_initramfs "$prepared"
	chmod 755 -- "$prepared"
	rm -rf -- "$final"
	mv -- "$prepared" "$final"
	prepared=
	say "kernel $(release_of "$final") is ready in $final"
}

is_newest() {
	local final=$vm_dir/$1

	update_lists "$1"
	[[ -e $final/package && $(<"$final/package") == "$(find_package "$1")" ]]
}

# With "cached", a prepared kernel is used as it is; with "refresh", apt is asked for a
# newer one. Whoever comes second waits for the first, whatever its series: apt's lists
# are updated by one at a time.
prepare_kernel() {
	local series=$1 how=$2 final=$vm_dir/$1 lock

	exec {lock}>"$vm_dir/prepare.lock"
	flock "$lock"
	if [[ ! -e $final/initramfs ]]; then
		fetch_kernel "$series"
	elif [[ $how == refresh ]] && ! is_newest "$series"; then
		fetch_kernel "$series"
	elif [[ $here/vm.d/init -nt $final/initramfs ]]; then
		need_kernel_tools
		make_initramfs "$final"
	fi
	exec {lock}>&-
}
