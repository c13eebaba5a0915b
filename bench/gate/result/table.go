package result

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

const (
	// widest is how many characters a column has before its text is wrapped.
	widest = 52
	// similarShown is how many similar rows are shown. The others are counted:
	// one leak shows in every scenario.
	similarShown = 4
)

// table shows the rows that a reader should see; empty if there are none.
func (r Result) table(p painter) string {
	w := newTable()
	shown := 0
	seen := map[similar]int{}
	for _, row := range r.Rows {
		if row.Status == OK && !row.important() {
			continue
		}
		k := row.similar()
		if k.fold() {
			seen[k]++
		}
		if seen[k] > similarShown {
			continue
		}
		w.AppendRow(table.Row{p.mark(row.Status), row.Name, row.Got, row.Want, row.remark()})
		shown++
	}
	if shown == 0 {
		return ""
	}
	for _, k := range slices.SortedFunc(maps.Keys(seen), similar.compare) {
		if n := seen[k] - similarShown; n > 0 {
			w.AppendRow(table.Row{p.mark(k.status), fmt.Sprintf("and %d rows more, .../%s", n, k.ending), "", "", string(k.status)})
		}
	}
	var lines []string
	for line := range strings.SplitSeq(w.Render(), "\n") {
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return strings.Join(lines, "\n")
}

func newTable() table.Writer {
	w := table.NewWriter()
	style := table.StyleDefault
	style.Options = table.OptionsNoBordersAndSeparators
	style.Box.PaddingLeft, style.Box.PaddingRight = "", "  "
	w.SetStyle(style)
	var configs []table.ColumnConfig
	for n := 3; n <= 5; n++ {
		configs = append(configs, table.ColumnConfig{Number: n, WidthMax: widest, WidthMaxEnforcer: text.WrapSoft})
	}
	w.SetColumnConfigs(configs)
	w.AppendRow(table.Row{"", "row", "got", "want", ""})
	return w
}

// important says that the row is shown even if it did not change.
func (r Row) important() bool {
	return strings.HasSuffix(r.Name, "/time") || strings.HasSuffix(r.Name, "/allocs") || strings.HasSuffix(r.Name, "/retained-bytes") ||
		strings.Contains(r.Name, " sec/op")
}

// remark is the last column: the status where the mark does not say it, and the note.
func (r Row) remark() string {
	if r.Status == OK || r.Status == Worse {
		return r.Note
	}
	return strings.TrimSuffix(string(r.Status)+": "+r.Note, ": ")
}

// similar is what similar rows have in common: the end of their names and their
// status.
type similar struct {
	ending string
	status Status
}

func (r Row) similar() similar {
	return similar{r.Name[strings.LastIndexByte(r.Name, '/')+1:], r.Status}
}

// fold says that only the first rows of this group are shown. These are rows of
// scenarios, because one leak changes all of them. Rows that could not be judged
// are always shown, and so are benchmarks.
func (s similar) fold() bool {
	if s.status != Worse && s.status != Better {
		return false
	}
	switch s.ending {
	case "goroutines", "released-goroutines", "descriptors":
		return true
	}
	return strings.HasPrefix(s.ending, "clause-")
}

// compare puts worse before better.
func (s similar) compare(o similar) int {
	return cmp.Or(strings.Compare(string(o.status), string(s.status)), strings.Compare(s.ending, o.ending))
}
