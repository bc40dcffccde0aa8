#include "firmware/core/http/static_files.h"

#include <gmock/gmock.h>

#include "firmware/core/base/file.h"
#include "tests/support/http_support.h"
#include "tests/support/test_till.h"

namespace counterfoil::http {
namespace {

using testing::HasSubstr;

void put_file(const std::filesystem::path& path, const std::string& content) {
    std::filesystem::create_directories(path.parent_path());
    CF_CHECK(base::create_file(path, content, base::Readers::everyone).ok());
}

// A server of the folder "pages", beside which lies a secret.
class FilesServed : public testing::Test {
  protected:
    FilesServed() : source_(folder_ / "pages", 1000) {
        put_file(folder_ / "secret.txt", "SECRET");
        put_file(folder_ / "pages/index.html", "<p>start</p>");
        put_file(folder_ / "pages/js/page.js", "plain");
        put_file(folder_ / "pages/js/page.js.gz", "packed");
        put_file(folder_ / "pages/.hidden", "SECRET");
        put_file(folder_ / "pages/.git/config", "SECRET");
        put_file(folder_ / "pages/large.txt", std::string(1001, 'x'));
        std::filesystem::create_symlink("../secret.txt", folder_ / "pages/link.txt");
        std::filesystem::create_symlink("..", folder_ / "pages/up");
        CF_CHECK(::mkfifo((folder_ / "pages/pipe.txt").c_str(), 0600) == 0);
        Router router;
        route(router, Method::get, "/ui/{rest...}", file_handler(source_, clock_));
        server_.emplace(std::move(router));
    }

    Response get(const std::string& target, const std::string& name = "X",
                 const std::string& value = "y") {
        Headers headers;
        headers.add(name, value);
        return server_->client().request(Method::get, target, headers).value();
    }

    test::TemporaryFolder folder_;
    base::SystemClock clock_;
    FileFolder source_;
    std::optional<TestServer> server_;
};

TEST_F(FilesServed, HaveTheirTypeAndTag) {
    const Response start = get("/ui/");
    EXPECT_EQ(start.body, "<p>start</p>");
    EXPECT_EQ(start.headers.find("Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(get("/ui").body, start.body);
    const std::string tag(start.headers.find("ETag").value());
    for (const std::string& known : {tag, "W/" + tag, "\"other\", " + tag, std::string("*")}) {
        const Response same = get("/ui/index.html", "If-None-Match", known);
        EXPECT_EQ(same.status, 304) << known;
        EXPECT_EQ(same.body, "");
        EXPECT_EQ(same.headers.find("ETag"), tag);
    }
    EXPECT_EQ(get("/ui/index.html", "If-None-Match", "\"other\"").status, 200);
    EXPECT_EQ(content_type("A.SVG"), "image/svg+xml");
    EXPECT_EQ(content_type("page.js.exe"), "application/octet-stream");
    EXPECT_EQ(content_type(".js"), "application/octet-stream");
}

TEST_F(FilesServed, ComePackedForWhoTakesThat) {
    for (const char* takes : {"gzip", "br, GZIP;q=0.5", "deflate,gzip ; q=1"}) {
        const Response packed = get("/ui/js/page.js", "Accept-Encoding", takes);
        EXPECT_EQ(packed.body, "packed") << takes;
        EXPECT_EQ(packed.headers.find("Content-Encoding"), "gzip");
        EXPECT_EQ(packed.headers.find("Content-Type"), "text/javascript; charset=utf-8");
        EXPECT_EQ(packed.headers.find("Vary"), "Accept-Encoding");
        EXPECT_NE(packed.headers.find("ETag"), get("/ui/js/page.js").headers.find("ETag"));
    }
    for (const char* takes : {"", "br", "gzip;q=0", "gzip; q=0.000", "xgzip"})
        EXPECT_EQ(get("/ui/js/page.js", "Accept-Encoding", takes).body, "plain") << takes;
    EXPECT_EQ(get("/ui/index.html", "Accept-Encoding", "gzip").body, "<p>start</p>");
}

TEST_F(FilesServed, NothingElseIsServed) {
    for (const char* path : {"link.txt",
                             "up/secret.txt",
                             "up/pages/index.html",
                             ".hidden",
                             ".git/config",
                             "large.txt",
                             "pipe.txt",
                             "js",
                             "js/",
                             "none",
                             "..%2fsecret.txt",
                             "%2e%2e%2fsecret.txt",
                             "js%2f..%2f..%2fsecret.txt",
                             "js/..%2f..%2fsecret.txt",
                             "/secret.txt",
                             "//etc/passwd",
                             "%2fetc%2fpasswd",
                             "..%5csecret.txt",
                             "index.html/",
                             "index.html%20",
                             "%C0%AE%C0%AE/secret.txt",
                             "index.html%00.js",
                             "../secret.txt",
                             "./index.html",
                             "%252e%252e/secret.txt",
                             "js/%2e%2e/%2e%2e/secret.txt"}) {
        const std::string answer = answer_to(
            server_->port(), "GET /ui/" + std::string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n");
        EXPECT_TRUE(status_of(answer) == 404 || status_of(answer) == 400) << path << answer;
        EXPECT_EQ(answer.find("SECRET"), std::string::npos) << path;
    }
}

TEST(HttpFileTable, ServesWhatItHolds) {
    const FileTable table({{"index.html", "a"}, {"x/y.css", "b"}});
    const Request request;
    EXPECT_EQ(serve_file(table, "", request, {}).body, "a");
    EXPECT_EQ(serve_file(table, "x/y.css", request, {}).body, "b");
    EXPECT_EQ(serve_file(table, "x", request, {}).status, 404);
}

TEST(HttpFileTable, OnlyWhatNeverChangesIsKeptWithoutAsking) {
    const FileTable table({{"index.html", "a"}, {"assets/x-1f.js", "b"}, {"x.js", "c"}});
    const auto kept = [&](std::string_view path, std::string_view unchanging) {
        const Response served = serve_file(table, path, {}, {}, unchanging);
        EXPECT_EQ(served.status, 200) << path;
        return std::string(served.headers.find("Cache-Control").value_or(""));
    };
    EXPECT_EQ(kept("assets/x-1f.js", "assets/"), "public, max-age=31536000, immutable");
    for (const char* path : {"", "index.html", "x.js"})
        EXPECT_EQ(kept(path, "assets/"), "no-cache");
    EXPECT_EQ(kept("assets/x-1f.js", ""), "no-cache");
    const Response none = serve_file(table, "assets/none.js", {}, {}, "assets/");
    EXPECT_FALSE(none.headers.find("Cache-Control"));
}

TEST(HttpFileTable, PathsStayBelowTheirRoot) {
    for (const char* path : {"a", "a/b", "a..b", "a/b.c/d", "ű"}) EXPECT_TRUE(is_plain_path(path));
    for (const char* path :
         {"", "/", "/a", "a/", "a//b", "..", "a/..", "../a", ".a", "a/.b", "a\\b", "."})
        EXPECT_FALSE(is_plain_path(path)) << path;
    EXPECT_FALSE(is_plain_path(std::string_view("a\0b", 3)));
    EXPECT_FALSE(is_plain_path(std::string(2000, 'a')));
}

}  // namespace
}  // namespace counterfoil::http
