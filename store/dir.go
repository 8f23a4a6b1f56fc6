package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
)

// makeDir makes the data directory for its owner alone, or checks the one that is there.
func makeDir(dir string) error {
	if dir == "" {
		return errors.New("no data directory is named")
	}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("the data directory: %w", err)
		}
	}
	return checkDir(dir)
}

// checkDir refuses a data directory that others can look into: it has keys.
func checkDir(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return fmt.Errorf("the data directory: %w", err)
	case !info.IsDir():
		return fmt.Errorf("the data directory %s is a file: name a directory", dir)
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		return fmt.Errorf("the data directory %s is open to others (mode %04o), and will hold keys: chmod 700 it", dir, info.Mode().Perm())
	}
	return nil
}
