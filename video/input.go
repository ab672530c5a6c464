package video

import (
	"strconv"
	"strings"
)

// Formats are the containers that are read, by the names that libavformat's
// demuxers give themselves. They are what cameras, phones, recorders and
// messengers write, and each holds its pictures within the one file. A format
// that is not here is refused, whatever the file's name or first bytes say:
// manifests and playlists (dash, hls, concat, imf, sdp), numbered pictures
// (image2), subtitle indexes and others open files of their own choosing, and
// with them one small text could show any video on the computer.
var Formats = []string{
	"mov", "matroska", "avi", "mpegts", "mpeg", "mpegvideo", "ogg", "asf", "flv",
	"mxf", "dv", "ivf", "nut", "wtv", "h264", "hevc", "m4v", "obu",
}

// Input is the part of a command line of ffmpeg or ffprobe that opens the
// recording at the absolute path: local files only, none but [Formats], and no
// picture beyond [MaxSide] squared. Options of the input (a seek, for instance)
// go before it. Every call on a file that a person gave takes its input from here.
func Input(abs string) []string { return append(limits(), "-i", "file:"+abs) }

// limits are Input's options without the input itself.
func limits() []string {
	return []string{
		"-protocol_whitelist", "file,pipe",
		"-format_whitelist", strings.Join(Formats, ","),
		"-max_pixels", strconv.Itoa(MaxSide * MaxSide),
	}
}
