# Untried: nobody has built it with Nix yet. In a clone of the repository: nix run ./packaging/nix -- ~/my-site
{
  description = "Live-reload development server for web pages";
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs =
    { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" ];
      each = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
    in
    {
      packages = each (pkgs: {
        default = pkgs.stdenv.mkDerivation {
          pname = "liveserve";
          version = "0.1.0";
          src = ../..;
          nativeBuildInputs = with pkgs; [ cmake esbuild pkg-config ];
          buildInputs = with pkgs; [
            brotli cjson libwebsockets libxcrypt nghttp2 openssl pcre2 qrencode xxHash zlib zstd
          ];
          cmakeFlags = [ "-DLIVESERVE_STATIC=OFF" ];
          meta.mainProgram = "liveserve";
        };
      });
    };
}
