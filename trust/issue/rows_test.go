package issue_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// rows are the threats of facts/interfaces.md §7.2 (RFC 9019, RFC 9124) and the stories
// of §7.3, each with the tests that are named after it: directory and function, or a
// script.
var rows = []struct{ row, rule, tests string }{
	{"IMG.EXPIRED", "a lower sequence is refused, also after power was lost midway", "imu.TestThreatsAtTheUnit imu.TestPowerLost trust/issue.TestFits"},
	{"rollback", "an old image runs again by a new manifest with a higher sequence only", "imu.TestRollback"},
	{"IMG.INCOMPATIBLE", "vendor and class", "imu.TestThreatsAtTheUnit trust/issue.TestFits"},
	{"IMG.FORMAT", "image type", "imu.TestThreatsAtTheUnit trust.TestManifestHasOneForm"},
	{"IMG.LOCATION", "a package goes where it is for", "imu.TestLocation trust.TestManifestHasOneForm"},
	{"NET.REDIRECT", "who sends elsewhere is not followed", "trust/fetch.TestNotTaken"},
	{"IMG.REPLACE", "the bytes that are written are those that were verified", "imu.TestThreatsAtTheUnit trust/issue.TestWhatIsVerifiedIsReturned"},
	{"MFST.TOCTOU", "a file swapped between verdict and flash", "upgrade.TestFileSwapped imu.TestTimeOfCheckTimeOfUse"},
	{"IMG.NON_AUTH", "unsigned, other authority, other branch, revoked, wrong usage", "imu.TestThreatsAtTheUnit trust/issue.TestNonAuth trust/issue.TestBranchesApart"},
	{"UPD.WRONG_PRECURSOR", "an upgrade of another version", "imu.TestThreatsAtTheUnit trust/issue.TestFits"},
	{"UPD.UNAPPROVED", "a valid image without an administrator at the front", "imu.TestWhoMayUpdate"},
	{"MFST.OVERRIDE", "keys twice, fields that are not known", "trust.TestManifestHasOneForm"},
	{"MFST.EXPOSURE", "fields that are not known", "trust.TestManifestHasOneForm"},
	{"MFST.MODIFICATION", "one form only, and every byte of it counts", "trust.TestManifestHasOneForm trust/issue.TestEveryByteCounts"},
	{"IMG.EXTRA", "bytes behind the last image", "trust.TestPackageIsTheWholeFile imu.TestThreatsAtTheUnit"},
	{"KEY.EXPOSURE", "a stolen key, and lists that stay known", "trust/issue.TestKeyExposure imu.TestRevocationReachesTheUnit imu.TestRevocationIsNotForgotten"},
	{"SEC.EXP", "a clock at 2000; the last firmware does not expire", "imu.TestClockAt2000 trust/issue.TestClockAtItsBeginning trust/issue.TestFinalFirmwareDoesNotExpire"},
	{"SEC.REPORTING", "each end is an event with its reason", "imu.TestReporting"},
	{"bad input", "truncated, extended, duplicated, reordered, re-signed, cross-branch, expired, not yet valid, wrong usage, algorithm swapped", "trust/issue.TestBadInput"},
	{"story: signing key destroyed", "two roots from day one", "trust/issue.TestSigningKeyDestroyed cmd/switchroom/testdata/ceremony.txtar"},
	{"story: new certificate before its anchor", "ship the anchor, then use the key", "trust/issue.TestNewRootBeforeItIsShipped cmd/switchroom/testdata/ceremony.txtar"},
	{"story: signing-time chosen by the signer", "only a timestamp proves when", "trust/issue.TestSigningTimeChosenByTheSigner trust.TestDateRule"},
	{"story: clock at 2000 without battery", "the latest known time is the floor", "imu.TestClockAt2000 trust/issue.TestClockAtItsBeginning"},
	{"story: certificate of the pages expired", "renewed by itself; the cable needs none", "paths/web/cert.TestRenewal paths/web/cert.TestImportedEnds paths/web/cert.TestClockIsNotTrusted cmd/switchroom/testdata/firmware.txtar"},
	{"story: list unavailable is not empty", "stale, unreachable and invalid are refusals", "trust/issue.TestListStates trust/fetch.TestStates"},
}

// TestRowsHaveTests: every row names tests that there are.
func TestRowsHaveTests(t *testing.T) {
	root := filepath.Join("..", "..")
	texts := map[string]string{}
	in := func(dir string) string {
		if _, read := texts[dir]; !read {
			files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(dir), "*_test.go"))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range files {
				b, err := os.ReadFile(f)
				if err != nil {
					t.Fatal(err)
				}
				texts[dir] += string(b)
			}
		}
		return texts[dir]
	}
	for _, r := range rows {
		for _, test := range strings.Fields(r.tests) {
			if strings.HasSuffix(test, ".txtar") {
				if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(test))); err != nil {
					t.Errorf("%s: %v", r.row, err)
				}
				continue
			}
			dir, name, _ := strings.Cut(test, ".")
			if !strings.Contains(in(dir), "\nfunc "+name+"(t *testing.T)") {
				t.Errorf("%s: there is no test %s", r.row, test)
			}
		}
	}
}
