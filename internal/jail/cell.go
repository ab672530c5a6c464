package jail

import "facialis/words"

// Cell says what a jailed program may use. It is handed to facialis-jail as
// JSON.
type Cell struct {
	Program string   `json:"program"` // the program's file
	Args    []string `json:"args"`    // without the program's name
	Read    []string `json:"read"`    // files and folders that may be read
	Write   []string `json:"write"`   // folders in which files may be made, read and written
	Film    bool     `json:"film"`    // descriptor 3 is the film, and may be opened again by the name [Film]

	MemoryMB int `json:"memory_mb"` // address space
	CPUS     int `json:"cpu_s"`     // processor time, seconds
	Files    int `json:"files"`     // open descriptors
	WriteMB  int `json:"write_mb"`  // size of a written file
}

// Film is the film's name inside the jail.
const Film = "/proc/self/fd/3"

// say gives a text of the catalog.
func say(key string, args ...words.Args) string { return words.Default().Say(key, args...) }
