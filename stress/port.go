package stress

import (
	"fmt"
	"io"
	"os"

	"github.com/watertight-go/watertight/stress/internal/port"
)

// portArgs are the flags of port.
type portArgs struct {
	Folders []string `arg:"" optional:"" help:"Folders; /... stands for all below. Default: ./..."`
	DryRun  bool     `short:"n" help:"Print what would be changed, and write nothing."`
}

// Help is shown by stress port -help.
func (portArgs) Help() string {
	return `It rewrites the calls of go.uber.org/goleak and of github.com/fortytw2/leaktest, with their options and
imports. A comment beside an option becomes its reason. What it cannot rewrite stays as it is, and is
printed with what to do by hand. Nothing is run and go.mod is not changed.`
}

// run is the port command.
func (a *portArgs) run(stdout io.Writer) (int, error) {
	folders := a.Folders
	if len(folders) == 0 {
		folders = []string{"./..."}
	}
	files, err := port.Files(folders)
	if err != nil {
		return ExitTrouble, err
	}
	write := writeInPlace
	if a.DryRun {
		write = nil
	}
	notes, err := port.Run(files, write)
	if printErr := printNotes(stdout, notes); printErr != nil {
		return ExitTrouble, printErr
	}
	if err != nil {
		return ExitTrouble, err
	}
	return ExitOK, nil
}

// writeInPlace writes a file that exists, with the permissions that it has.
func writeInPlace(name string, text []byte) error {
	if err := os.WriteFile(name, text, 0o666); err != nil {
		return fmt.Errorf("port: %w", err)
	}
	return nil
}

// printNotes prints what was changed, what is left to do, and the next step.
func printNotes(w io.Writer, notes []port.Note) error {
	var text string
	byHand := 0
	for _, n := range notes {
		if n.ByHand {
			byHand++
			continue
		}
		text += n.String() + "\n"
	}
	if byHand > 0 {
		text += "\nby hand:\n"
	}
	for _, n := range notes {
		if n.ByHand {
			text += n.String() + "\n"
		}
	}
	text += fmt.Sprintf("\n%d changed, %d to do by hand\n", len(notes)-byHand, byHand)
	if len(notes) > byHand {
		text += "next: add github.com/watertight-go/watertight/leak to go.mod, then go mod tidy and go vet ./...\n"
	}
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("port: %w", err)
	}
	return nil
}
