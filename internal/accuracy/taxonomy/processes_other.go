//go:build !linux && !darwin

package taxonomy

// Child processes cannot be listed on this system.
var processLeaks, processInnocents, roundProcessLeaks, roundProcessInnocents []Case
