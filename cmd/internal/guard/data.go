package guard

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"switchroom/accounts/kept"
	"switchroom/audit"
	"switchroom/cmd/internal/cli"
	"switchroom/store"
	"switchroom/vault"
)

// Parts are all owners of tables in a data directory, by the order in which they are
// made.
func Parts() []store.Part { return []store.Part{audit.Part(), kept.Part(), vault.Part()} }

// dataFlag says where operations keep their data.
type dataFlag struct {
	Data     string `help:"The data directory of the operations." required:"" placeholder:"DIR"`
	Database string `help:"The PostgreSQL database, such as postgres://USER@HOST/DATABASE?sslmode=verify-full, if it is not in the directory. Its password is in the file that PGPASSFILE names." env:"SWITCHROOM_DATABASE" placeholder:"URL"`
}

// keyFiles are the files of the data directory that belong into its backup. Those of
// people are not there before the first of them has signed in.
func (f *dataFlag) keyFiles() []string {
	return slices.Concat(audit.Files(), slices.DeleteFunc(kept.Files(), func(name string) bool {
		_, err := os.Stat(filepath.Join(f.Data, name))
		return errors.Is(err, fs.ErrNotExist)
	}))
}

func (f *dataFlag) place() store.Place { return store.Place{Dir: f.Data, URL: f.Database} }

// look opens the data to read, also while a console writes it.
func (f *dataFlag) look(a *cli.App) (*store.Store, error) {
	return store.OpenReadOnly(a.Ctx, f.place(), Parts()...)
}
