# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Fetches a Debian kernel and prepares it for scripts/vm, which includes this file.
# build/vm/<series>/ then has vmlinuz, initramfs, config, lib/modules (with depmod's
# files) and the file "package" that names what it was made of. The folder appears
# by one rename, complete or not at all.

: "${here:?}" "${vm_dir:?}"

# Modules that the init script needs before it can reach any other.
boot_modules=(virtio_pci 9pnet_virtio 9p overlay)

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
	busybox=$(command -v busybox)
	if ldd "$busybox" >/dev/null 2>&1; then
		die 77 "$busybox needs shared libraries: install the package busybox-static"
	fi
}

# Names of signed kernel images of a series: linux-image-6.1.0-56-amd64,
# linux-image-6.12.117+deb12-amd64.
image_packages() {
	local series=$1

	apt-cache search --names-only "^linux-image-${series//./[.]}[.].*-amd64\$" |
		cut -d ' ' -f 1 | grep -vE -- '-(cloud|rt|unsigned|dbg)(-|$)' | sort -V
}

newest_package() {
	image_packages "$1" | tail -n 1
}

update_lists() {
	((EUID == 0)) || return 0
	say "updating apt's package lists"
	apt-get -q=2 update >&2 || say "apt-get update failed; trying what is known"
}

find_package() {
	local series=$1 package

	package=$(newest_package "$series" || true)
	if [[ -z $package ]]; then
		update_lists
		package=$(newest_package "$series" || true)
	fi
	[[ -n $package ]] ||
		die 77 "apt offers no linux-image-$series.*-amd64: add Debian's package sources"
	printf '%s\n' "$package"
}

# Root downloads as root: apt's own user cannot write into the build folder.
download() {
	(cd -- "$1" && apt-get -q=2 -o APT::Sandbox::User=root download "$2" >&2)
}

fetch_package() {
	local series=$1 folder=$2 package

	package=$(find_package "$series")
	say "downloading $package"
	if ! download "$folder" "$package"; then
		# Lists older than the archive name a version that is gone.
		update_lists
		package=$(find_package "$series")
		download "$folder" "$package" || die 125 "cannot download $package"
	fi
	dpkg -x "$folder/$package"_*.deb "$folder"
	rm -f -- "$folder/$package"_*.deb
	printf '%s\n' "$package" >"$folder/package"
}

tidy_tree() {
	local folder=$1

	if [[ -d $folder/usr/lib/modules ]]; then
		mkdir -p -- "$folder/lib"
		mv -- "$folder/usr/lib/modules" "$folder/lib/modules"
	fi
	mv -- "$folder"/boot/vmlinuz-* "$folder/vmlinuz"
	mv -- "$folder"/boot/config-* "$folder/config"
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
		name=${name%.xz}
		if [[ $path == *.xz ]]; then
			xz -dc -- "$path" >"$tree/modules/$name"
		else
			cp -- "$path" "$tree/modules/$name"
		fi
		printf '%s\n' "$name"
	done <<<"$paths" >"$tree/modules/order"
}

make_initramfs() {
	local folder=$1 tree=$1/initramfs.tree

	mkdir -p -- "$tree/bin"
	cp -- "$(command -v busybox)" "$tree/bin/busybox"
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

	update_lists
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
