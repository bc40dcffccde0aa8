#include "firmware/core/base/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/support/test_till.h"

namespace counterfoil::base {
namespace {

class FileTest : public testing::Test {
  protected:
    int mode(const std::filesystem::path& path) {
        struct stat about {};
        EXPECT_EQ(::stat(path.c_str(), &about), 0);
        return static_cast<int>(about.st_mode & 0777);
    }

    test::TemporaryFolder folder_;
    const std::filesystem::path file_ = folder_ / "file";
};

TEST_F(FileTest, IsCreatedWholeForItsReaders) {
    ASSERT_TRUE(create_file(file_, "secret", Readers::owner_only).ok());
    EXPECT_EQ(read_file(file_, 100).value(), "secret");
    EXPECT_EQ(mode(file_), 0600);
    EXPECT_TRUE(check_owner_only(file_).ok());
    ASSERT_TRUE(create_file(folder_ / "open", "x", Readers::everyone).ok());
    EXPECT_EQ(mode(folder_ / "open"), 0644);
    EXPECT_EQ(check_owner_only(folder_ / "open").error().code(), Code::key_exposed);
}

TEST_F(FileTest, IsNeverReplaced) {
    ASSERT_TRUE(create_file(file_, "first", Readers::everyone).ok());
    EXPECT_EQ(create_file(file_, "second", Readers::everyone).error().code(), Code::already_exists);
    EXPECT_EQ(read_file(file_, 100).value(), "first");
    EXPECT_FALSE(std::filesystem::exists(folder_ / "file.new"));
}

TEST_F(FileTest, CanBeReplacedWhereThatIsAskedFor) {
    ASSERT_TRUE(replace_file(file_, "first", Readers::everyone).ok());
    ASSERT_TRUE(replace_file(file_, "second", Readers::owner_only).ok());
    EXPECT_EQ(read_file(file_, 100).value(), "second");
    EXPECT_TRUE(check_owner_only(file_).ok());
}

TEST_F(FileTest, IsCreatedOverWhatAnInterruptedCallLeft) {
    std::ofstream(folder_ / "file.new") << "half";
    ASSERT_TRUE(create_file(file_, "whole", Readers::everyone).ok());
    EXPECT_EQ(read_file(file_, 100).value(), "whole");
}

TEST_F(FileTest, IsReadUpToABound) {
    ASSERT_TRUE(create_file(file_, std::string(100, 'x'), Readers::everyone).ok());
    EXPECT_TRUE(read_file(file_, 100).ok());
    EXPECT_EQ(read_file(file_, 99).error().code(), Code::too_large);
    EXPECT_EQ(read_file(folder_ / "none", 99).error().code(), Code::not_found);
    EXPECT_EQ(read_file(folder_.path(), 99).error().code(), Code::invalid_argument);
}

TEST(SystemError, HasACodeForWhatItIs) {
    EXPECT_EQ(system_error(ENOSPC, "f").code(), Code::disk_full);
    EXPECT_EQ(system_error(EROFS, "f").code(), Code::read_only);
    EXPECT_EQ(system_error(EACCES, "f").code(), Code::permission_denied);
    EXPECT_EQ(system_error(EIO, "f").code(), Code::io_failed);
}

}  // namespace
}  // namespace counterfoil::base
