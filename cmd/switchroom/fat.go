package main

type fatCmd struct {
	Plan     fatPlanCmd     `cmd:"" help:"Make the plan of an acceptance test from a site file or a running laboratory."`
	Run      fatRunCmd      `cmd:"" help:"Run a plan against a system under test, and record what it shows."`
	Report   fatReportCmd   `cmd:"" help:"Make a report of a result: HTML, PDF or JSON."`
	Reliance fatRelianceCmd `cmd:"" help:"List what a run relied on and nobody has confirmed: what to check on site."`
	Verify   fatVerifyCmd   `cmd:"" help:"Check that a result is as it was written: checksum, counts, signature."`
}
