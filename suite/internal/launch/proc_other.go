//go:build !linux

package launch

// killHolders kills the processes that hold the output of a test binary that has ended, as
// far as they are in its process group.
func (b *Binary) killHolders() { b.kill() }

// killUnattached cannot find a test binary whose hook has not begun here.
func killUnattached(temp, dir string) (killed bool) { return false }
