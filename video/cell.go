package video

import "facialis/internal/jail"

// What a program that reads a film may use.
const (
	baseMB       = 2048 // address space of ffmpeg with its libraries and threads, without any picture
	pictures     = 64   // pictures a decoder, its filters and an encoder may hold at a time
	filesOpen    = 64   // descriptors
	headersCPUS  = 60   // s of processor time for the headers alone
	decodingCPUS = 4    // s of processor time for a second of film of a megapixel, far above any decoder's
	leastCPUS    = 600  // s
	writtenMB    = 64 << 10
)

// cellOf is the cell of a program that reads a film's headers.
func cellOf(bin string, args []string) jail.Cell {
	return jail.Cell{Program: bin, Args: args, MemoryMB: baseMB + pictures*MaxSide*MaxSide*3/2>>20, CPUS: headersCPUS, Files: filesOpen}
}

// cellFor is the cell of a program that decodes the film of info.
func cellFor(bin string, args []string, info Info) jail.Cell {
	c := cellOf(bin, args)
	c.MemoryMB = memoryMB(info)
	c.CPUS = cpuS(info)
	return c
}

// memoryMB is the address space for decoding pictures of info's size, MB.
func memoryMB(info Info) int {
	px := max(info.Width*info.Height, info.stored[0]*info.stored[1])
	return baseMB + pictures*px*3/2>>20
}

// cpuS is the processor time for decoding the film of info, seconds.
func cpuS(info Info) int {
	length := info.Duration
	if !(length > 0 && length < 1e6) {
		length = 1e6 // not told: 11 days
	}
	return leastCPUS + int(length*decodingCPUS*(1+float64(info.Width*info.Height)/1e6))
}
