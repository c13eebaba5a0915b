package stress

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/stress/internal/plan"
)

// list prints the executors, the scenarios and the clauses.
func list(w io.Writer, executors []executor.Spec) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "EXECUTORS")
	for _, x := range executors {
		fmt.Fprintf(tw, "  %s\t%s\n", x.Name, x.Doc)
	}
	fmt.Fprintln(tw, "\nSCENARIOS")
	for _, row := range plan.Rows(plan.DefaultRequests, plan.DefaultAgents) {
		field := row.Story
		if row.MatrixRow != "" {
			field = fmt.Sprintf("%s [compatibility matrix: %s]", field, row.MatrixRow)
		}
		fmt.Fprintf(tw, "  %s\t%s\n", row.Name, field)
	}
	fmt.Fprintln(tw, "\nCLAUSES")
	for _, c := range executor.Clauses {
		fmt.Fprintf(tw, "  %d %s\t%s\n", c.Clause, c.Title, c.Text)
	}
	if err := tw.Flush(); err != nil {
		return fmt.Errorf("list: %w", err)
	}
	return nil
}
