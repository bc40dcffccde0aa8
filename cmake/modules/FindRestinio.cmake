# Debian's RESTinio is headers alone; its CMake config asks for another Asio than Boost's.
# Defines Restinio::restinio.
find_path(Restinio_INCLUDE_DIR restinio/all.hpp)
find_library(Restinio_PARSER_LIBRARY http_parser)
find_library(Restinio_FMT_LIBRARY fmt)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Restinio REQUIRED_VARS Restinio_PARSER_LIBRARY
                                                         Restinio_FMT_LIBRARY Restinio_INCLUDE_DIR)

if(Restinio_FOUND AND NOT TARGET Restinio::restinio)
  add_library(Restinio::restinio INTERFACE IMPORTED)
  set_target_properties(
    Restinio::restinio
    PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ${Restinio_INCLUDE_DIR}
               INTERFACE_COMPILE_DEFINITIONS RESTINIO_USE_BOOST_ASIO
               INTERFACE_LINK_LIBRARIES
               "Boost::headers;${Restinio_PARSER_LIBRARY};${Restinio_FMT_LIBRARY}")
endif()
mark_as_advanced(Restinio_INCLUDE_DIR Restinio_PARSER_LIBRARY Restinio_FMT_LIBRARY)
