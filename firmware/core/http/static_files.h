#pragma once

#include <filesystem>
#include <map>

#include "firmware/core/http/router.h"

namespace counterfoil::http {

// Where the bytes of static files come from, named by their path ("js/page.js").
class FileSource {
  public:
    virtual ~FileSource() = default;
    // not_found for whatever may not be served.
    virtual base::Result<std::string> read(std::string_view path) const = 0;
};

// Files compiled in or made up; names as above.
class FileTable final : public FileSource {
  public:
    explicit FileTable(std::map<std::string, std::string, std::less<>> files)
        : files_(std::move(files)) {}
    base::Result<std::string> read(std::string_view path) const override;

  private:
    std::map<std::string, std::string, std::less<>> files_;
};

// A folder's regular files, read anew for each request, in the loop's thread. Symbolic links are
// not followed, names that start with a dot are not served, and neither is what is over the bound.
class FileFolder final : public FileSource {
  public:
    FileFolder(std::filesystem::path folder, std::size_t max_file_bytes)
        : folder_(std::move(folder)), max_file_bytes_(max_file_bytes) {}
    base::Result<std::string> read(std::string_view path) const override;

  private:
    std::filesystem::path folder_;
    std::size_t max_file_bytes_;
};

// Whether a path stays below its root and names nothing hidden: no empty segment, none that starts
// with a dot, no backslash, no NUL, at most 1024 bytes.
bool is_plain_path(std::string_view path);

// "text/html; charset=utf-8" by the name's ending; application/octet-stream for one we do not know.
std::string_view content_type(std::string_view path);

// The response to GET or HEAD for a file: with its type and an ETag of its content; 304 where the
// client has it; the neighbour "name.gz" where there is one and the client takes gzip. The empty
// path and one that ends with a slash mean index.html. The client asks again each time, but for
// what lies in the folder `unchanging` ("assets/"), whose files get another name with another
// content; empty: there is none.
Response serve_file(const FileSource& source, std::string_view path, const Request& request,
                    base::WallTime now, std::string_view unchanging = {});

// Serves the rest of a route's path, which ends with "{rest...}". Both must outlive the handler.
Handler file_handler(const FileSource& source, const base::Clock& clock,
                     std::string unchanging = {});

}  // namespace counterfoil::http
