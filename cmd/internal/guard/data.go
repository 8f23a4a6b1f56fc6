package guard

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"switchroom/accounts/kept"
	"switchroom/accounts/papers"
	"switchroom/audit"
	"switchroom/cmd/internal/cli"
	"switchroom/commission"
	"switchroom/store"
	"switchroom/vault"
)

// Parts are all owners of tables in a data directory, by the order in which they are
// made.
func Parts() []store.Part {
	return []store.Part{audit.Part(), kept.Part(), papers.Part(), commission.Part(), vault.Part()}
}

// keyFiles are the files of a data directory that belong into its backup. Where nobody
// has signed in yet, the key of the accounts is not there.
func keyFiles(dir string) []string {
	there := func(name string) bool {
		_, err := os.Stat(filepath.Join(dir, name))
		return err == nil
	}
	files := audit.Files()
	for _, name := range kept.Files() {
		if there(name) {
			files = append(files, name)
		}
	}
	return files
}

// dataFlag says where operations keep their data.
type dataFlag struct {
	Data     string `help:"The data directory of the operations." required:"" placeholder:"DIR"`
	Database string `help:"The PostgreSQL database, such as postgres://USER@HOST/DATABASE?sslmode=verify-full, if it is not in the directory. Its password is in the file that PGPASSFILE names." env:"SWITCHROOM_DATABASE" placeholder:"URL"`
}

func (f *dataFlag) place() store.Place { return store.Place{Dir: f.Data, URL: f.Database} }

// there refuses a directory in which nobody ever began: whoever signs in would make new
// data at a name that was mistyped, and be told that the password is wrong.
func (f *dataFlag) there() error {
	for _, name := range append(audit.Files(), kept.Files()...) {
		if _, err := os.Stat(filepath.Join(f.Data, name)); !errors.Is(err, fs.ErrNotExist) {
			return nil // also where it cannot be looked at: opening says why
		}
	}
	return fmt.Errorf("%s has no data of operations: see that --data is right; the first start of the console makes them, restore brings a backup back", f.Data)
}

// look opens the data to read, also while a console writes it.
func (f *dataFlag) look(a *cli.App) (*store.Store, error) {
	return store.OpenReadOnly(a.Ctx, f.place(), Parts()...)
}
