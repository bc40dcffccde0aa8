#pragma once

#include "firmware/core/base/bytes.h"
#include "firmware/core/base/result.h"
#include "firmware/vision/frame.h"

namespace counterfoil::vision {

// A whole picture file is at most so long.
inline constexpr std::size_t kMaxPictureBytes = 16 << 20;

// The grey pixels of a PNG, a JPEG or a binary PGM; transparent parts are white. The size is judged
// before anything is unpacked: too_large over kMaxSide or kMaxPixels. malformed where it is none
// of these, or is cut off or damaged.
base::Result<GreyImage> read_picture(base::ByteView file);

// A binary PGM.
std::string write_pgm(const GreyView& picture);
base::Bytes write_png(const GreyImage& picture);
base::Bytes write_jpeg(const GreyImage& picture);

}  // namespace counterfoil::vision
