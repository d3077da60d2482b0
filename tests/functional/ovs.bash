# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Open vSwitch for tests, with all of its files in WORK: namespaces A (10.0.9.1) and B
# (10.0.9.2), whose eth0 are port1 and port2 in namespace SWITCH. Datapaths belong to a
# namespace, so none of the machine's own is touched.

# Sets the variables A, B and SWITCH to the names of the namespaces.
make_ports() {
	modprobe -q openvswitch || [[ -e /sys/module/openvswitch ]] ||
		skip "the module openvswitch is not to be had here"
	make_netns SWITCH
	make_netns A
	make_netns B
	make_port "$A" 1
	make_port "$B" 2
	# Neighbours are known: there is no other packet than those of the tests.
	ip -n "$A" neigh add 10.0.9.2 lladdr 02:00:00:00:00:02 dev eth0
	ip -n "$B" neigh add 10.0.9.1 lladdr 02:00:00:00:00:01 dev eth0
}

make_port() {
	ip link add eth0 address "02:00:00:00:00:0$2" netns "$1" type veth \
		peer name "port$2" netns "$SWITCH" || skip "veth devices can't be created here"
	ip netns exec "$1" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6' || true
	ip -n "$1" addr add "10.0.9.$2/24" dev eth0
	ip -n "$1" link set eth0 up
	ip netns exec "$SWITCH" sh -c "echo 1 >/proc/sys/net/ipv6/conf/port$2/disable_ipv6" || true
	ip -n "$SWITCH" link set "port$2" up
}

in_switch() {
	ip netns exec "$SWITCH" "$@"
}

has_been_up() {
	(($(cut -d . -f 1 /proc/uptime) >= $1))
}

# The daemons, which end with the namespace. In the first ten seconds after boot ovs-vswitchd counts
# no processors, and if that changes while it starts, the datapath never learns whom to ask.
start_switch() {
	wait_for 20 has_been_up 11
	export OVS_RUNDIR=$WORK OVS_DBDIR=$WORK OVS_LOGDIR=$WORK OVS_SYSCONFDIR=$WORK

	ovsdb-tool create "$WORK/conf.db" /usr/share/openvswitch/vswitch.ovsschema
	in_switch ovsdb-server --remote="punix:$WORK/db.sock" --pidfile --detach --no-chdir \
		--log-file="$WORK/db.log" "$WORK/conf.db" >"$WORK/db.err" 2>&1
	ovs-vsctl --no-wait init
	in_switch ovs-vswitchd --pidfile --detach --no-chdir --log-file="$WORK/switch.log" \
		>"$WORK/switch.err" 2>&1
}

# The daemon again, with the probes it would have, of a library of the tests; as in a container with
# files that others do not see.
restart_with_probes() {
	local old

	old=$(<"$WORK/ovs-vswitchd.pid")
	ovs-appctl -t ovs-vswitchd exit
	wait_for 30 gone "$old" || fail "the daemon does not end"
	# shellcheck disable=SC2016 # it is the other shell's
	in_switch unshare --mount sh -c 'mount -t tmpfs none /mnt && cp "$1" /mnt/ovs.so && shift &&
		LD_PRELOAD=/mnt/ovs.so exec "$@"' - "$BUILD/tests/usdt/ovs.so" ovs-vswitchd \
		--pidfile --detach --no-chdir --log-file="$WORK/switch.log" >"$WORK/switch.err" 2>&1
}
