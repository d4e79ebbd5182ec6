# formula.rb FORMULA BUNDLE PREFIX: does with a formula what Homebrew does: reads it, installs from the unpacked bundle, runs its test.
# Prints what it says of itself, as JSON.
require "fileutils"
require "json"

FACTS = {}

class Place < String
  def /(path) = Place.new(File.join(self, path))

  def install(paths)
    FileUtils.mkdir_p self
    FileUtils.cp_r paths, self
  end

  def install_symlink(links)
    FileUtils.mkdir_p self
    (links.is_a?(Hash) ? links : { links => File.basename(links) }).each do |target, name|
      raise "#{target} is not there" unless File.exist? target

      FileUtils.ln_s target, File.join(self, name)
    end
  end
end

class Formula
  class << self
    attr_reader :check

    %i[desc homepage url sha256 license].each { |word| define_method(word) { |value| FACTS[word] = value } }
    def depends_on(name) = (FACTS[:depends_on] ||= []) << name
    def on_linux = yield
    def test(&block) = @check = block
  end

  { prefix: "", libexec: "libexec", bin: "bin", man1: "share/man/man1" }.each do |word, folder|
    define_method(word) { Place.new(ARGV[2]) / folder }
  end
  def version = FACTS[:url][%r{/v([^/]+)/}, 1]
  def shell_output(command) = `#{command}`.tap { raise command unless $?.success? }
  def assert_match(part, whole) = whole.include?(part) || raise("#{whole} is without #{part}")
end

load ARGV[0]
formula = CaSync.new
Dir.chdir(ARGV[1]) { formula.install }
formula.instance_eval(&CaSync.check)
puts FACTS.to_json
