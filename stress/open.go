package stress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// opener is the command that opens a file in its usual program.
func opener(system string) []string {
	switch system {
	case "darwin":
		return []string{"open"}
	case "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler"}
	}
	return []string{"xdg-open"}
}

// openTime is how long to wait for the opener. It may end at once, or become the
// browser.
const openTime = 5 * time.Second

// openPage opens the page, or says which file to open by hand. A failure does not
// change the exit code of the run.
func openPage(ctx context.Context, page string, stderr io.Writer) {
	if err := openWith(ctx, opener(runtime.GOOS), page); err != nil {
		fmt.Fprintf(stderr, "stress: -open: %v; open %s yourself\n", err, page)
	}
}

func openWith(ctx context.Context, command []string, page string) error {
	page, err := filepath.Abs(page)
	if err != nil {
		return err
	}
	program, err := exec.LookPath(command[0])
	if err != nil {
		return fmt.Errorf("this machine has no %s to open a page with", command[0])
	}
	// Without ctx: the browser must stay when this process ends.
	cmd := exec.Command(program, append(command[1:], page)...)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%s did not start: %w", command[0], err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			return fmt.Errorf("%s could not open it: %w", command[0], err)
		}
	case <-time.After(openTime):
	case <-ctx.Done():
		return errors.New("interrupted")
	}
	return nil
}
