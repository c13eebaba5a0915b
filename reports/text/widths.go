package text

import (
	"strings"

	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/reports/internal/view"
)

const (
	// gap is how many columns stand between two columns of a table.
	gap = 2
	// narrowest is how far a column shrinks: any character fits into it.
	narrowest = 4
	// mostLabel is how many columns a name may take.
	mostLabel = 28
)

// fit is the width of each column. The widest columns shrink until all of them
// fit beside each other.
func (t *terminal) fit(columns []view.Column, rows []view.Row) []int {
	widths := make([]int, len(columns))
	for i, c := range columns {
		widths[i] = natural(c, i, rows)
	}
	for total(widths) > t.width {
		widest := 0
		for i, n := range widths {
			if n > widths[widest] {
				widest = i
			}
		}
		if widths[widest] <= narrowest {
			break
		}
		widths[widest]--
	}
	return widths
}

// total is the width of a table. There is no gap behind the last column.
func total(widths []int) int {
	sum := gap * (len(widths) - 1)
	for _, n := range widths {
		sum += n
	}
	return sum
}

// natural is the width of column number i where it does not have to shrink.
func natural(c view.Column, i int, rows []view.Row) int {
	n := longestWord(c.Head)
	if c.Kind == view.Label {
		n = plaintext.Width(plaintext.Clean(c.Head))
	}
	for _, r := range rows {
		lines := r.Cells[i].Lines
		if all, stacked := joined(r.Cells[i]); stacked {
			lines = []string{all}
		}
		for _, s := range lines {
			n = max(n, min(plaintext.Width(plaintext.Clean(s)), plaintext.MostCell))
		}
	}
	if c.Kind == view.Label {
		n = min(n, mostLabel)
	}
	return max(n, 1)
}

// longestWord is the width that a wrapped heading needs.
func longestWord(s string) int {
	n := 0
	for _, word := range strings.Fields(plaintext.Clean(s)) {
		n = max(n, plaintext.Width(word))
	}
	return n
}

// fitting is how many of the columns fit beside the first column of the table.
// It is at least one. The first of columns has number from.
func (t *terminal) fitting(columns []view.Column, from int, rows []view.Row) int {
	// A column of sentences shrinks to a width that is easy to read, no further.
	const readable = 22
	used := min(natural(view.Column{Kind: view.Label}, 0, rows), mostLabel)
	for n, c := range columns {
		need := min(natural(c, from+n, rows), readable)
		if used += gap + max(need, min(plaintext.Width(plaintext.Clean(c.Head)), mostLabel/2)); used > t.width && n > 0 {
			return n
		}
	}
	return len(columns)
}
