package benchtext

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"text/tabwriter"

	"github.com/watertight-go/watertight/bench/gate/internal/format"
	"github.com/watertight-go/watertight/internal/atomicfile"
	"github.com/watertight-go/watertight/internal/plural"
)

// LoadNoise reads a file that Save wrote.
func LoadNoise(path string) (*Noise, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("gate -noise: %w", err)
	}
	n := &Noise{}
	if err := json.Unmarshal(data, n); err != nil {
		return nil, fmt.Errorf("gate -noise: %q: invalid JSON (%s), want a file of stress gate -bench -calibrate", path, format.Printable(err.Error()))
	}
	if n.Schema != NoiseSchema {
		return nil, fmt.Errorf("gate -noise: %q: got schema %q, want %q", path, format.Printable(n.Schema), NoiseSchema)
	}
	for i, r := range n.Rows {
		if !(r.Part >= 0) || math.IsInf(r.Part, 0) || !(r.Least <= r.Most) { // NaN fails too
			return nil, fmt.Errorf("gate -noise: %q: rows[%d]: got part %v from %v to %v, want numbers of zero or more", path, i, r.Part, r.Least, r.Most)
		}
	}
	return n, nil
}

// Save writes the noise to path. A concurrent reader finds the old file or the new one.
func (n *Noise) Save(path string) error {
	data, err := json.MarshalIndent(n, "", "  ")
	if err == nil {
		err = atomicfile.Write(path, func(w io.Writer) error {
			_, err := w.Write(append(data, '\n'))
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("gate -calibrate: %w", err)
	}
	return nil
}

// Render writes the noise as a table, with the thresholds that are below it.
func (n *Noise) Render(w io.Writer, t Thresholds) error {
	fmt.Fprintf(w, "Noise of %s in %s on %s\n\n", plural.Count(len(n.Rows), "row"), plural.Count(n.Runs, "run"), format.Printable(n.CPU))
	table := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	c := comparison{old: &Output{}, now: &Output{}, opts: Options{Thresholds: t}}
	below := 0
	for _, r := range n.Rows {
		note := ""
		if part := c.part(r.Unit); !c.exact(r.Unit) && r.Part > part {
			note = fmt.Sprintf("! above the threshold of %.0f %%", 100*part)
			below++
		}
		what := fmt.Sprintf("%.1f %%", 100*r.Part)
		if c.exact(r.Unit) {
			what = fmt.Sprintf("%s to %s", format.Number(r.Least), format.Number(r.Most))
		}
		fmt.Fprintf(table, "%s %s\t%s\t%s\n", format.Printable(r.Name), format.Printable(r.Unit), what, note)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("gate -calibrate: write: %w", err)
	}
	for _, d := range n.Doubts {
		fmt.Fprintf(w, "! %s\n", d)
	}
	if below > 0 {
		fmt.Fprintf(w, "\n! %s: this machine cannot tell such a change; there the noise is the threshold.\n", plural.Form(below, "1 threshold is below the noise", fmt.Sprintf("%d thresholds are below the noise", below)))
	}
	return nil
}
