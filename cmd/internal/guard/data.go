package guard

import (
	"switchroom/accounts/kept"
	"switchroom/audit"
	"switchroom/cmd/internal/cli"
	"switchroom/store"
)

// Parts are all owners of tables in a data directory, by the order in which they are
// made.
func Parts() []store.Part { return []store.Part{audit.Part(), kept.Part()} }

// keyFiles are the files of a data directory that belong into its backup.
func keyFiles() []string { return append(audit.Files(), kept.Files()...) }

// dataFlag says where operations keep their data.
type dataFlag struct {
	Data     string `help:"The data directory of the operations." required:"" placeholder:"DIR"`
	Database string `help:"The PostgreSQL database, such as postgres://USER@HOST/DATABASE?sslmode=verify-full, if it is not in the directory. Its password is in the file that PGPASSFILE names." env:"SWITCHROOM_DATABASE" placeholder:"URL"`
}

func (f *dataFlag) place() store.Place { return store.Place{Dir: f.Data, URL: f.Database} }

// look opens the data to read, also while a console writes it.
func (f *dataFlag) look(a *cli.App) (*store.Store, error) {
	return store.OpenReadOnly(a.Ctx, f.place(), Parts()...)
}
