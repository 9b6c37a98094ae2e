"""cGAN's tab: the verdict on real digits with their own labels and with wrong ones."""

from demo.noise_tab import NoiseTab
from demo.parts import verdict
from demo.words import say


class Tab(NoiseTab):
    def real(self, sampler):
        pictures, labels = verdict.real_pictures(sampler), sampler.config.get("real_labels")
        found, k = super().real(sampler), len(sampler.classes)
        if pictures is None or labels is None:
            return found
        right = verdict.verdicts(sampler, pictures, labels)
        wrong = [s for i in range(1, k) for s in verdict.verdicts(sampler, pictures, [(x + i) % k for x in labels])]
        right, wrong = sum(right) / len(right), sum(wrong) / len(wrong)
        found["note"] += say(
            " With the right label these get {right} on average, with a wrong one {wrong}. Training shows it real "
            "digits with wrong labels, too (Reed 2016). Its targets are 1 for a real digit with its label and 0 "
            "for everything else, but 1 is no answer to expect: the better the samples, the nearer both they and real "
            "digits come to 2/3, since fakes weigh half as much as real ones.",
            right=f"{right:.3f}",
            wrong=f"{wrong:.3f}",
        )
        return found
