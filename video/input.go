package video

import (
	"slices"
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

// Decoders are the decoders of pictures that are used, by libavcodec's names:
// what the [Formats]' cameras, phones and programs write. libavcodec knows some
// three hundred, most of them for games and forgotten disks; what is not here is
// not run on anybody's film.
var Decoders = []string{
	"h264", "hevc", "vp8", "vp9", "libdav1d", "libaom-av1", "av1", "mpeg4", "mpeg1video", "mpeg2video", "mpegvideo",
	"h263", "flv", "msmpeg4v2", "msmpeg4", "wmv1", "wmv2", "wmv3", "vc1", "mjpeg", "theora", "prores", "dnxhd",
	"dvvideo", "rawvideo", "ffv1", "huffyuv", "ffvhuff", "utvideo", "v210", "cfhd", "svq3",
}

// otherDecoders are those of sound and subtitles: ffprobe opens them to say what
// a file holds, though nothing of them is read.
var otherDecoders = []string{
	"aac", "aac_latm", "mp1", "mp1float", "mp2", "mp2float", "mp3", "mp3float", "ac3", "eac3", "dca", "truehd", "mlp", "opus", "libopus",
	"vorbis", "libvorbis", "flac", "alac", "amrnb", "amrwb", "speex", "libspeex", "wmav1", "wmav2", "wmapro", "wmalossless", "wmavoice",
	"pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be", "pcm_f32le", "pcm_f32be", "pcm_u8", "pcm_s8",
	"pcm_alaw", "pcm_mulaw", "pcm_bluray", "pcm_dvd", "adpcm_ms", "adpcm_ima_wav", "adpcm_ima_qt", "adpcm_swf", "adpcm_g722", "adpcm_g726",
	"nellymoser", "qcelp", "qdm2", "gsm", "gsm_ms", "mov_text", "subrip", "srt", "ass", "ssa", "webvtt", "dvbsub", "dvdsub", "pgssub",
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
		"-codec_whitelist", strings.Join(slices.Concat(Decoders, otherDecoders), ","),
		"-max_pixels", strconv.Itoa(MaxSide * MaxSide),
	}
}
