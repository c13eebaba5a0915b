package reports

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/watertight-go/watertight/internal/plural"
)

// copyProfiles copies the profiles of a part into a folder. Profiles that are
// not there (only report.json was kept) are a warning in r.
func (p part) copyProfiles(r *Report, folder string) error {
	missing := 0
	for _, c := range p.report.Cells {
		for _, f := range c.Observation.Profiles {
			name := filepath.FromSlash(f.Path)
			if !filepath.IsLocal(name) {
				return fmt.Errorf("%s: got profile %q, want a path below the report", p.path, f.Path)
			}
			switch err := copyFile(filepath.Join(filepath.Dir(p.path), name), filepath.Join(folder, name)); {
			case errors.Is(err, os.ErrNotExist):
				missing++
			case err != nil:
				return fmt.Errorf("%s: copy profile: %w", p.path, err)
			}
		}
	}
	if missing > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("shard %v: %s missing beside its report.json", p, plural.Count(missing, "profile")))
	}
	return nil
}

func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o644)
}
