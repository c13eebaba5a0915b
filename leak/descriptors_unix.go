//go:build linux || darwin

package leak

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

// countDescriptors is the number of descriptors that the process has open.
//
// Since 6.2 the size of /proc/self/fd is their number, by one stat. Older
// kernels say 0, and there, as on macOS, the entries are counted; listing opens
// a descriptor of its own, which is taken off.
func countDescriptors() (int, error) {
	dir := "/proc/self/fd"
	if runtime.GOOS == "darwin" {
		dir = "/dev/fd"
	} else if info, err := os.Stat(dir); err == nil && info.Size() > 0 {
		return int(info.Size()), nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return 0, fmt.Errorf("leak: count descriptors: %w", err)
	}
	defer d.Close()
	names, err := d.Readdirnames(-1)
	if err != nil {
		return 0, fmt.Errorf("leak: count descriptors: %w", err)
	}
	return len(names) - 1, nil
}

// openDescriptors gives what the open descriptors stand for, and how many of
// each there are. Only Linux tells; elsewhere it is empty.
func openDescriptors() map[string]int {
	const dir = "/proc/self/fd"
	names, _ := os.ReadDir(dir)
	open := make(map[string]int, len(names))
	for _, n := range names {
		if target, err := os.Readlink(dir + "/" + n.Name()); err == nil {
			// "socket:[1234]" is one of many sockets.
			if kind, _, ok := strings.Cut(target, ":["); ok {
				target = kind
			}
			open[target]++
		}
	}
	return open
}
