package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/watertight-go/watertight/internal/accuracy/goker/witness"
	"github.com/watertight-go/watertight/internal/accuracy/taxonomy"
	"github.com/watertight-go/watertight/internal/accuracy/trial"
)

// width is the greatest width of a printed line.
const width = 100

// show prints the tables, the totals and every fault, and returns the exit code.
func show(r *Result, w io.Writer) int {
	for _, g := range groups {
		if cases := g.of(r); len(cases) > 0 {
			fmt.Fprintf(w, "── %s %s\n", sentence(g.title), strings.Repeat("─", max(width-len(g.title)-4, 0)))
			fmt.Fprintf(w, "%s\n\n", plain(g.table(cases, "✗ ")))
		}
	}
	if len(r.Kernels) > 0 {
		title := "Go's bug kernels"
		fmt.Fprintf(w, "── %s %s\n", title, strings.Repeat("─", width-len(title)-4))
		fmt.Fprintf(w, "%s\n\n", plain(kernelTable(r)))
	}
	title := "Totals"
	fmt.Fprintf(w, "── %s %s\n", title, strings.Repeat("─", width-len(title)-4))
	fmt.Fprintf(w, "%s\n", plain(summaryTable(r)))
	for _, line := range notes(r) {
		fmt.Fprintln(w, trimmed(text.WrapSoft(line, width)))
	}
	faults := r.faults()
	for _, fault := range faults {
		lines := strings.Split(fault, "\n")
		fmt.Fprintf(w, "✗ %s\n", strings.Join(lines[:min(len(lines), 4)], "\n"))
	}
	if len(faults) > 0 {
		return exitWrong
	}
	fmt.Fprintln(w, "package leak was right in all cases.")
	return exitRight
}

// plain renders a table without lines that is at most width wide.
func plain(t table.Writer) string {
	style := table.StyleDefault
	style.Options = table.OptionsNoBordersAndSeparators
	style.Box.PaddingLeft, style.Box.PaddingRight = "", "  "
	style.Format.Header = text.FormatDefault
	t.SetStyle(style)
	lines := strings.Split(t.Render(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// table has a row for each of the group's cases. mark stands before a wrong
// answer.
func (g group) table(cases []Case, mark string) table.Writer {
	t := table.NewWriter()
	checkers := []trial.Checker{trial.Check, trial.Find, trial.Goleak}
	if g.rounds {
		checkers = []trial.Checker{trial.Repeat, trial.Goleak}
	}
	header := table.Row{"case"}
	for _, j := range checkers {
		header = append(header, string(j))
	}
	t.AppendHeader(append(header, "what it shows"))
	for _, c := range cases {
		row := table.Row{c.Name}
		for _, j := range checkers {
			text := cell(c.Answers[j], mark)
			if right, _ := c.right(trial.GoleakIgnoring); j == trial.Goleak && right && c.Answers[j].Verdict == trial.Wrong {
				text += " †"
			}
			row = append(row, text)
		}
		t.AppendRow(append(row, c.Shows))
	}
	t.SetColumnConfigs([]table.ColumnConfig{{Name: "what it shows", WidthMax: 37, WidthMaxEnforcer: text.WrapSoft}})
	return t
}

func cell(a Answer, mark string) string {
	switch a.Verdict {
	case trial.Right:
		return a.Said
	case trial.Wrong:
		return mark + a.Said
	}
	return "–"
}

// kernelTable has a row for each kernel: in how many runs each witness found an
// expected site, and how many of the expected sites it found in all runs.
func kernelTable(r *Result) table.Writer {
	t := table.NewWriter()
	t.AppendHeader(table.Row{"kernel", "leak: runs", "sites", "goleak: runs", "sites", "profile: runs", "sites", "unexpected"})
	for _, k := range r.Kernels {
		row := table.Row{k.Name}
		var unexpected []string
		for _, who := range []string{witness.Leak, witness.Goleak, witness.Bare} {
			f := k.By[who]
			sites := fmt.Sprintf("%d of %d", f.Sites, k.Sites)
			if !k.Listed {
				sites = "not listed"
			}
			row = append(row, fmt.Sprintf("%d of %d", f.Hits, f.Runs), sites)
			if n := len(f.Unexpected); n > 0 {
				unexpected = append(unexpected, fmt.Sprintf("%s %d", who, n))
			}
		}
		t.AppendRow(append(row, strings.Join(unexpected, ", ")))
	}
	return t
}

// summaryTable has the totals.
func summaryTable(r *Result) table.Writer {
	t := table.NewWriter()
	t.AppendHeader(table.Row{"", "of", "leak", "goleak " + r.Goleak, "bare profile"})
	for _, g := range groups {
		cases := g.of(r)
		if len(cases) == 0 {
			continue
		}
		right, wrong, _ := count(cases, ours...)
		goleakRight, goleakWrong, _ := count(cases, trial.Goleak)
		words := []any{fmt.Sprintf("%d found", right), fmt.Sprintf("%d found", goleakRight)}
		if g.kind == taxonomy.Innocent {
			words = []any{fmt.Sprintf("%d accused", len(wrong)), fmt.Sprintf("%d accused", len(goleakWrong))}
		}
		t.AppendRow(append(append(table.Row{g.title, len(cases)}, words...), ""))
	}
	if len(r.Kernels) == 0 {
		return t
	}
	by := []kernelTotals{r.kernelTotals(witness.Leak), r.kernelTotals(witness.Goleak), r.kernelTotals(witness.Bare)}
	kernels, sites, unexpected := table.Row{"Go's bug kernels", len(r.Kernels)}, table.Row{"their sites", r.listedSites()}, table.Row{"unexpected reports", ""}
	for _, k := range by {
		kernels = append(kernels, fmt.Sprintf("%d found", k.kernels))
		sites = append(sites, fmt.Sprintf("%d found", k.sites))
		unexpected = append(unexpected, k.unexpected)
	}
	t.AppendRows([]table.Row{kernels, sites, unexpected})
	return t
}

// notes say under what conditions the tables were measured, a paragraph each.
func notes(r *Result) []string {
	out := []string{fmt.Sprintf("%s, %s, %d processors, goleak %s, %s.", r.Go, r.System, r.CPUs, r.Goleak, r.When.Format("2006-01-02"))}
	if !r.Proof {
		out = append(out, "Nothing is proven: this Go has no leak profile.")
	}
	if len(r.Cases) > 0 {
		out = append(out, ignoringNote(r))
	}
	if _, _, unjudged := count(r.Cases, ours...); len(unjudged) > 0 {
		out = append(out, fmt.Sprintf("Not judged, since this Go has no leak profile: %s.", names(unjudged)))
	}
	if r.NoKernels != "" {
		out = append(out, "The kernels were not run: "+r.NoKernels+".")
	}
	if len(r.Kernels) > 0 {
		out = append(out, kernelNotes(r)...)
	}
	return out
}

// ignoringNote says how goleak does when it ignores goroutines that were there
// before the test.
func ignoringNote(r *Result) string {
	innocents, accused, leaks, missed := 0, 0, 0, 0
	for _, g := range groups {
		right, wrong, _ := count(g.of(r), trial.GoleakIgnoring)
		if g.kind == taxonomy.Innocent {
			innocents, accused = innocents+right+len(wrong), accused+len(wrong)
		} else {
			leaks, missed = leaks+right+len(wrong), missed+len(wrong)
		}
	}
	return fmt.Sprintf("With goleak.IgnoreCurrent, taken before the test († where only that is right), goleak accuses %d of all %d innocents "+
		"and misses %d of all %d leaks.", accused, innocents, missed, leaks)
}

func kernelNotes(r *Result) []string {
	bare, unproven := 0, 0
	var unlisted []string
	for _, k := range r.Kernels {
		bare += k.Bare
		unproven += len(k.Unproven)
		if !k.Listed {
			unlisted = append(unlisted, k.Name)
		}
	}
	out := []string{fmt.Sprintf("In the same processes the bare profile found %d sites after leak had looked; leak had called %d of them proven.",
		bare, bare-unproven)}
	if len(unlisted) > 0 {
		out = append(out, fmt.Sprintf("%s is shipped, and not in the list of Go's test: its sites are not counted.", strings.Join(unlisted, ", ")))
	}
	return out
}

// names lists the names of cases. It marks those without an answer of goleak.
func names(cases []Case) string {
	var all []string
	for _, c := range cases {
		name := c.Name
		if c.Answers[trial.Goleak].Said == noAnswer {
			name += " (" + noAnswer + ")"
		}
		all = append(all, name)
	}
	return strings.Join(all, ", ")
}

func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
