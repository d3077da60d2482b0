/* SPDX-License-Identifier: GPL-2.0-or-later */
/* retis doctor: would this 'retis collect' work? */
#include "core/cli/command.h"
#include "core/doctor/doctor.h"

int cmd_doctor(int argc, char **argv, struct globals *globals)
{
	struct options o = { .command = "retis doctor",
			     .about = "Takes the options of 'retis collect' and tells whether that "
				      "would work on this machine: privileges, kernel, collectors, "
				      "probes, and what to do about what is missing." };

	return collect_command(&o, argc, argv, globals, doctor_print);
}
