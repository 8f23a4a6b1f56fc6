package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"switchroom/ui/browser"
	"switchroom/ui/storybook"
)

// photograph writes a PNG of every story in every view into dir.
func photograph(a *app, base, dir string) error {
	b, err := browser.Start(a.Ctx)
	if err != nil {
		return fmt.Errorf("screenshots: %w", err)
	}
	defer b.Close()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("screenshots: %w", err)
	}
	pages := []string{"/"}
	for _, s := range storybook.Stories() {
		pages = append(pages, s.URL())
	}
	var failed []error
	for i, p := range pages {
		fmt.Fprintf(a.Stderr, "%d of %d: %s\n", i+1, len(pages), p)
		for _, v := range browser.Views {
			name := strings.TrimPrefix(p, "/story/")
			if p == "/" {
				name = "index"
			}
			if err := picture(b, v, strings.TrimSuffix(base, "/")+p, filepath.Join(dir, name+"."+v.Name+".png")); err != nil {
				failed = append(failed, err)
			}
		}
		if a.Ctx.Err() != nil {
			return a.Ctx.Err()
		}
	}
	return errors.Join(failed...)
}

func picture(b *browser.Browser, v browser.View, url, file string) error {
	t, err := b.Open(v, url)
	if err != nil {
		return err
	}
	defer t.Close()
	png, err := t.PNG()
	if err != nil {
		return fmt.Errorf("%s (%s): %w", url, v.Name, err)
	}
	return os.WriteFile(file, png, 0o644)
}
