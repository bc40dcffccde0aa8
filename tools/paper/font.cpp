#include "tools/paper/font.h"

#include <ft2build.h>
#include FT_FREETYPE_H

#include <map>

#include "firmware/core/base/bytes.h"
#include "firmware/core/base/file.h"

namespace counterfoil::tool {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::size_t kMaxFontBytes = std::size_t{16} << 20;
constexpr int kUnitsPerDot = 64;
constexpr std::uint8_t kWhite = 255;

// Draws what the font has just loaded into the cell, on the base line and cut at the edges.
void draw(const FT_GlyphSlot glyph, int base_line, vision::GreyImage& cell) {
    const FT_Bitmap& bitmap = glyph->bitmap;
    for (int y = 0; y < static_cast<int>(bitmap.rows); ++y)
        for (int x = 0; x < static_cast<int>(bitmap.width); ++x) {
            const int byte = bitmap.buffer[y * bitmap.pitch + x / 8];
            const int to_x = glyph->bitmap_left + x;
            const int to_y = base_line - glyph->bitmap_top + y;
            const bool is_inside =
                to_x >= 0 && to_x < cell.width && to_y >= 0 && to_y < cell.height;
            if ((byte >> (7 - x % 8) & 1) != 0 && is_inside)
                cell.pixels[static_cast<std::size_t>(to_y * cell.width + to_x)] = 0;
        }
}

}  // namespace

struct Font::State {
    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() {
        if (face != nullptr) FT_Done_Face(face);
        if (library != nullptr) FT_Done_FreeType(library);
    }

    FT_Library library = nullptr;
    FT_Face face = nullptr;
    std::string file;  // the face reads it for as long as it lives
    int width = 0;
    int height = 0;
    int base_line = 0;
    std::map<char32_t, vision::GreyImage> cells;
};

Font::Font(std::unique_ptr<State> state) : state_(std::move(state)) {}
Font::~Font() = default;
Font::Font(Font&&) noexcept = default;
Font& Font::operator=(Font&&) noexcept = default;

Result<Font> Font::open(const std::filesystem::path& path, int cell_width, int cell_height) {
    CF_CHECK(cell_width > 0 && cell_height > 0);
    auto state = std::make_unique<State>();
    CF_LET(state->file, base::read_file(path, kMaxFontBytes));
    const auto bad = [&](const char* what) {
        return Error(Code::malformed, path.string() + ": " + what);
    };
    if (FT_Init_FreeType(&state->library) != 0) return bad("the font library does not start");
    const base::ByteView bytes = base::as_bytes(state->file);
    if (FT_New_Memory_Face(state->library, bytes.data(), static_cast<FT_Long>(bytes.size()), 0,
                           &state->face) != 0)
        return bad("it is no font");
    // The largest size whose letters are no wider than the cell, and no higher with their tails.
    for (int size = cell_height; size > 0 && state->width == 0; --size) {
        if (FT_Set_Pixel_Sizes(state->face, 0, static_cast<FT_UInt>(size)) != 0) continue;
        const FT_Size_Metrics& metrics = state->face->size->metrics;
        const int height = static_cast<int>((metrics.ascender - metrics.descender) / kUnitsPerDot);
        if (metrics.max_advance > cell_width * kUnitsPerDot || height > cell_height) continue;
        state->width = cell_width;
        state->height = cell_height;
        state->base_line =
            static_cast<int>(metrics.ascender / kUnitsPerDot) + (cell_height - height) / 2;
    }
    if (state->width == 0) return bad("it has no letters of that size");
    return Font(std::move(state));
}

int Font::cell_width() const {
    return state_->width;
}

int Font::cell_height() const {
    return state_->height;
}

const vision::GreyImage& Font::cell(char32_t character) {
    const auto known = state_->cells.find(character);
    if (known != state_->cells.end()) return known->second;
    vision::GreyImage cell{state_->width, state_->height, {}};
    cell.pixels.assign(static_cast<std::size_t>(cell.width * cell.height), kWhite);
    if (FT_Load_Char(state_->face, character,
                     FT_LOAD_RENDER | FT_LOAD_TARGET_MONO | FT_LOAD_MONOCHROME) == 0)
        draw(state_->face->glyph, state_->base_line, cell);
    return state_->cells.emplace(character, std::move(cell)).first->second;
}

}  // namespace counterfoil::tool
