//go:build linux || darwin

package process

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

// Descriptors is the number of descriptors that the process has open.
//
// Since Linux 6.2 one stat of /proc/self/fd gives it as the size. Older kernels
// report a size of 0; there, as on macOS, the entries are counted. Listing them
// opens one more descriptor, which is subtracted.
func Descriptors() (int, error) {
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

// OpenDescriptors counts the open descriptors by what they refer to, such as a
// file's path, "socket" or "pipe". Only Linux tells; elsewhere the map is empty.
func OpenDescriptors() map[string]int {
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
