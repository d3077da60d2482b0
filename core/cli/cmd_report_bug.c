/* SPDX-License-Identifier: GPL-2.0-or-later */
/* retis report-bug: what a maintainer needs, in one file. */
#include "core/cli/command.h"
#include "core/doctor/bug_report.h"

int cmd_report_bug(int argc, char **argv, struct globals *globals)
{
	struct options o = { .command = "retis report-bug",
			     .about = "Writes retis-report-DATE-TIME.txt, which has what a "
				      "maintainer needs to look into a problem: versions, what the "
				      "kernel offers, and what 'retis doctor' says. Takes the "
				      "options of the 'retis collect' that goes wrong. Nothing is "
				      "collected; addresses and names of hosts are hidden." };

	return collect_command(&o, argc, argv, globals, report_bug);
}
